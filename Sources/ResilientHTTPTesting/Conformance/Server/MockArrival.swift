import Foundation
import ResilientHTTP
import Synchronization

/// A request that a mock of a ``MockConformanceServer`` was asked, and its body once that is known.
final class MockArrival: Sendable {
    let request: ClientRequest
    let transport: MockTransport
    let target: String
    let path: String
    private let streamed = Mutex<Data?>(nil)
    private let openBodies = Atomic(0)

    init(_ request: ClientRequest, _ transport: MockTransport) {
        self.request = request
        self.transport = transport
        target = Self.target(of: request.url)
        path = String(target.prefix { $0 != "?" })
    }

    /// Path and query, as a client writes them into the request line.
    private static func target(of url: URL) -> String {
        let text = url.absoluteString.prefix { $0 != "#" }
        let authority = text.range(of: "://").map { text[$0.upperBound...] } ?? text
        guard let slash = authority.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
        return (authority[slash] == "?" ? "/" : "") + authority[slash...]
    }

    /// A body that never ends, and is open until its reader is gone.
    func endlessBody(_ chunks: [Data]) -> ResponseBody {
        openBodies.add(1, ordering: .relaxed)
        let channel = BodyChannel(onStop: { self.openBodies.subtract(1, ordering: .relaxed) })
        for chunk in chunks { channel.write(chunk) }
        return .channel(channel)
    }

    var hasOpenBody: Bool { openBodies.load(ordering: .relaxed) > 0 }

    /// Whether the body has to be read before there is an answer.
    var isStreamed: Bool {
        if case .stream = request.body.storage { true } else { false }
    }

    /// Reads a streamed body as a server would.
    ///
    /// Throws `invalidRequest` when it is not as long as it says, and whatever the stream throws.
    func readBody() async throws {
        let data = try await request.body.collect()
        if let length = request.body.length, length != data.count {
            throw ResilientError(
                .invalidRequest,
                "the body's stream gave \(data.count) bytes and had promised \(length)",
                reachedServer: .maybe
            )
        }
        streamed.withLock { $0 = data }
    }

    func record() async -> ConformanceRequest {
        let body = isStreamed ? streamed.withLock { $0 } : try? await request.body.collect()
        return ConformanceRequest(
            method: request.method.rawValue,
            target: target,
            headers: request.headers,
            body: body ?? Data(),
            isComplete: body != nil
        )
    }
}
