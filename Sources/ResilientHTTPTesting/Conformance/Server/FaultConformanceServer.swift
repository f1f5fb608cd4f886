public import Foundation
import ResilientHTTP
import Synchronization

/// A ``ConformanceServer`` over real sockets of 127.0.0.1: a ``FaultServer`` that plays the scenarios.
public final class FaultConformanceServer: ConformanceServer {
    /// The server behind it.
    public let server: FaultServer
    private let refusing: DeafPort
    private let refusingIPv6: DeafPort?
    private let silent: DeafPort
    private let generated = Mutex<[String: Int]>([:])

    /// Starts it.
    ///
    /// Throws `FaultServerError` of code `systemCall`.
    public init() throws {
        refusing = try DeafPort(.refusing)
        refusingIPv6 = try? DeafPort(.refusingIPv6)
        silent = try DeafPort(.silent)
        var configuration = FaultServer.Configuration()
        configuration.maximumRecordedBodyBytes = 4 << 20
        server = try FaultServer.start(configuration)
        server.script(default: [.status(200)])
    }

    /// Starts a server, runs `body` with it, and stops it in any case.
    ///
    /// Throws what ``init()`` and `body` throw.
    public static func withServer<Result>(
        _ body: (FaultConformanceServer) async throws -> Result
    ) async throws -> Result {
        let server = try FaultConformanceServer()
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Closes every connection. May be called again.
    public func stop() async {
        await server.stop()
    }

    /// `http://127.0.0.1:port`.
    public var url: URL { server.url }

    /// Everything.
    public let observes: Set<ConformanceObservation> = [.wire, .connections, .flow]

    /// Ports of this machine, and a host of the domain that never has one (RFC 6761 §6.4).
    public func url(of place: ConformancePlace) -> URL? {
        switch place {
        case .refusing: URL(string: "http://127.0.0.1:\(refusing.port)/")
        case .unresolvable: URL(string: "http://host.invalid/")
        case .silent: URL(string: "http://127.0.0.1:\(silent.port)/")
        case .ipv6Literal: refusingIPv6.flatMap { URL(string: "http://[::1]:\($0.port)/") }
        default: nil
        }
    }

    /// Scripts the path.
    public func play(_ scenarios: [ConformanceScenario], at path: String) {
        server.script(path, scenarios.map { behaviour($0, path: path) })
    }

    /// What was recorded.
    public func received(under prefix: String) -> [ConformanceRequest] {
        server.requests.filter { $0.target.hasPrefix(prefix) }.map { request in
            var headers = HeaderFields()
            for field in request.headers {
                if let name = HeaderFields.Name(field.name) { headers.append(field.value, for: name) }
            }
            return ConformanceRequest(
                method: request.method,
                target: request.target,
                headers: headers,
                body: request.body,
                isComplete: request.isComplete,
                connection: request.connection
            )
        }
    }

    /// What was recorded as complete, and what came by a connection after it: bytes that went stale with it.
    public func deliveries(at path: String) -> Int {
        let requests = server.requests(path: path)
        let connections = server.connections
        let unread = Set(requests.map(\.connection)).count { id in
            guard let record = connections.first(where: { $0.id == id }) else { return false }
            let known = requests.filter { $0.connection == id }.reduce(0) { $0 + $1.rawHead.count + $1.bodyBytes }
            return record.bytesReceived > known
        }
        return requests.count { $0.isComplete } + unread
    }

    /// The connections by which requests for the path came.
    public func openConnections(at path: String) -> Int {
        let used = Set(server.requests(path: path).map(\.connection))
        return server.connections.count { used.contains($0.id) && $0.closedAt == nil }
    }

    /// What the loop has taken of ``ConformanceScenario/Piece/zeros(_:)``.
    public func bytesGenerated(at path: String) -> Int {
        generated.withLock { $0[path, default: 0] }
    }

    private func behaviour(_ scenario: ConformanceScenario, path: String) -> FaultServer.Behaviour {
        .playing(scenario) { [weak self] count in
            self?.generated.withLock { $0[path, default: 0] += count }
        }
    }
}
