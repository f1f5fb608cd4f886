import Foundation
import ResilientHTTP
import Synchronization

/// A request that a mock of a ``MockConformanceServer`` was asked, and its body once that is known.
final class MockArrival: Sendable {
    let request: ClientRequest
    let transport: MockTransport
    private let streamed = Mutex<Data?>(nil)

    init(_ request: ClientRequest, _ transport: MockTransport) {
        self.request = request
        self.transport = transport
    }

    /// Path and query, as a client writes them into the request line.
    var target: String {
        let text = request.url.absoluteString.prefix { $0 != "#" }
        let authority = text.range(of: "://").map { text[$0.upperBound...] } ?? text
        guard let slash = authority.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
        return (authority[slash] == "?" ? "/" : "") + authority[slash...]
    }

    var path: String { String(target.prefix { $0 != "?" }) }

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
