import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// async-http-client on its own default group of event loops, with HTTP/1.1 as all of them, and bodies collected.
final class AsyncHTTPPeer: Caller {
    let name = Peers.asyncHTTPName
    let client: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Peers.connections
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func call(_ load: Load) async throws {
        var request = HTTPClientRequest(url: load.url.absoluteString)
        if !load.workload.isGet {
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: try ChatRequest().json))
        }
        let response = try await client.execute(request, timeout: .seconds(30))
        var body = try await response.body.collect(upTo: 4 << 20)
        if load.workload.isGet {
            try WrongAnswer.check(status: Int(response.status.code), bytes: body.readableBytes, load.workload)
        } else {
            try ChatCompletion.check(body.readData(length: body.readableBytes) ?? Data())
        }
    }

    func end() async {
        try? await client.shutdown()
    }
}
