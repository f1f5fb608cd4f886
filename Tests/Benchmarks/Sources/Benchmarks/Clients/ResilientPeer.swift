import Foundation
import ResilientCurl
import ResilientHTTP
import Synchronization

/// A client of this package.
final class ResilientPeer: Caller {
    let name: String
    let client: ResilientClient
    private let variations: RequestVariations?

    /// - Parameters:
    ///   - name: of the row.
    ///   - configuration: all but the pool.
    ///   - onCurl: whether on CurlTransport.
    ///   - variesURLs: whether no two requests are for the same for a long time, so that they reach the server in spite
    ///     of cache and flights.
    init(_ name: String, _ configuration: Configuration, onCurl: Bool, variesURLs: Bool = false) throws {
        self.name = name
        variations = variesURLs ? RequestVariations() : nil
        var pool = PoolConfiguration()
        (pool.maxConnections, pool.maxPerHost, pool.maxKeepAlive) = (
            Peers.connections, Peers.connections, Peers.connections
        )
        var dependencies = Dependencies()
        if onCurl {
            var settings = CurlConfiguration()
            settings.pool = pool
            dependencies.transport = try CurlTransport(settings)
        }
        let sized = configuration.with {
            $0.pool = pool
            // The server's name is not known to be this machine.
            $0.validation?.requiresHTTPS = false
        }
        client = try ResilientClient(sized, dependencies: dependencies)
    }

    func prepare(_ load: Load) throws {
        if load.workload.isGet { try variations?.prepare(load.url) }
    }

    func call(_ load: Load) async throws {
        if load.workload.isGet {
            let request = variations?.next ?? ClientRequest(url: load.url)
            let response = try await client.send(request)
            try WrongAnswer.check(status: response.status.code, bytes: response.data.count, load.workload)
        } else {
            let request = ClientRequest(method: .post, url: load.url, body: try .json(ChatRequest()))
            try ChatCompletion.check(await client.send(request).data)
        }
    }

    func end() async {
        await client.shutdown()
    }
}
