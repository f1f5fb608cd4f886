import Foundation
import ResilientHTTP
import ResilientHTTPTesting

extension Configuration {
    /// The recommended client with shared flights, and changes.
    static func sharing(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
        Configuration().with {
            $0.deduplication = DeduplicationConfiguration()
            change(&$0)
        }
    }
}

extension Simulation {
    typealias Call = Task<ClientResponse, any Error>

    /// Starts calls and lets them come to their waits, one after the other: the first is the flight's.
    func start(
        _ client: ResilientClient,
        _ requests: [ClientRequest],
        _ options: RequestOptions = RequestOptions()
    ) async throws -> [Call] {
        var calls: [Call] = []
        for request in requests {
            calls.append(start { try await client.send(request, options: options) })
            try await sleep(for: .microseconds(1))
        }
        return calls
    }

    /// Starts so many of the same.
    func start(
        _ client: ResilientClient,
        _ count: Int,
        _ request: ClientRequest = ClientRequest(url: .example("a")),
        _ options: RequestOptions = RequestOptions()
    ) async throws -> [Call] {
        try await start(client, Array(repeating: request, count: count), options)
    }
}

extension [Simulation.Call] {
    /// How each ends.
    var results: [Result<ClientResponse, any Error>] {
        get async {
            var results: [Result<ClientResponse, any Error>] = []
            for call in self { results.append(await call.result) }
            return results
        }
    }

    /// The answers of all.
    var responses: [ClientResponse] {
        get async throws { try await results.map { try $0.get() } }
    }

    /// The errors of all of this package.
    var errors: [ResilientError] {
        get async {
            await results.compactMap {
                guard case .failure(let error) = $0 else { return nil }
                return error as? ResilientError
            }
        }
    }
}
