import Foundation
import ResilientHTTP
import Synchronization

/// Answers from a closure and records every request that reached it.
final class RecordingTransport: Transport {
    typealias Answer = @Sendable (ClientRequest) async throws -> ClientResponse

    let capabilities = TransportCapabilities(honoursDeadlines: true)
    private let answer: Answer
    private let state = Mutex((requests: [ClientRequest](), shutdowns: 0))

    init(_ answer: @escaping Answer = { _ in ClientResponse(status: 200) }) {
        self.answer = answer
    }

    /// Answers with one response after the other, and with the last one from then on.
    convenience init(_ responses: [ClientResponse]) {
        let rest = Mutex(responses)
        self.init { _ in
            rest.withLock { rest in
                rest.count > 1 ? rest.removeFirst() : rest.first ?? ClientResponse(status: 200)
            }
        }
    }

    var requests: [ClientRequest] { state.withLock { $0.requests } }
    var shutdowns: Int { state.withLock { $0.shutdowns } }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        state.withLock { $0.requests.append(request) }
        return try await answer(request)
    }

    func shutdown() async {
        state.withLock { $0.shutdowns += 1 }
    }
}

extension ResilientClient {
    /// A client over a recording transport.
    convenience init(
        _ transport: any Transport,
        base: String? = nil,
        dependencies: Dependencies = Dependencies(),
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws {
        var dependencies = dependencies
        dependencies.transport = transport
        let configuration = Configuration(baseURL: base.flatMap { URL(string: $0) })
        try self.init(configuration.with(change), dependencies: dependencies)
    }
}

/// The error of this package that an operation throws; nil when it throws none.
func resilientError<Value>(_ operation: () async throws -> Value) async -> ResilientError? {
    do {
        _ = try await operation()
        return nil
    } catch {
        return error as? ResilientError
    }
}
