#if os(Linux)
import Foundation
import ResilientCurl
import ResilientHTTP
import ResilientHTTPTesting
import Testing

extension OverCurl {
    /// What a proxy sees, and what is made of its refusals. The proxy is a FaultServer: it sees the requests as they
    /// are, and answers in the place of a server that does not exist.
    @Suite(.timeLimit(.minutes(1)))
    struct ProxyTests {
        /// Runs a client whose proxy has this URL; `PORT` stands for the port of the server that is the proxy.
        private static func run(
            _ url: String = "http://127.0.0.1:PORT",
            answering behaviour: FaultServer.Behaviour = .ok("from the proxy"),
            connections fault: FaultServer.ConnectionFault? = nil,
            _ body: (FaultServer, ResilientClient) async throws -> Void
        ) async throws {
            try await FaultServer.withServer { proxy in
                proxy.script(default: [behaviour])
                if let fault { proxy.script(connections: [fault]) }
                var configuration = CurlConfiguration()
                configuration.proxy = url.replacing("PORT", with: "\(proxy.port)")
                let dependencies = Dependencies(transport: try CurlTransport(configuration))
                try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                    try await body(proxy, client)
                }
            }
        }

        private static func order(_ scheme: String) throws -> ClientRequest {
            let url = try #require(URL(string: "\(scheme)://api.example/order?n=1"))
            return ClientRequest(method: .post, url: url, headers: [.authorization: "Bearer key"], body: .text("tea"))
        }

        private static func failure(_ client: ResilientClient, _ scheme: String) async throws -> ResilientError {
            let options = RequestOptions(attemptTimeout: .seconds(5))
            let request = try order(scheme)
            return try #require(
                await #expect(throws: ResilientError.self) { try await client.send(request, options: options) }
            )
        }

        @Test func aPlainRequestComesInAbsoluteForm() async throws {
            try await Self.run { proxy, client in
                #expect(try await client.send(Self.order("http")).text == "from the proxy")
                let request = try #require(proxy.requests.first)
                #expect(request.method == "POST" && request.target == "http://api.example/order?n=1")
                #expect(request.values(of: "Host") == ["api.example"] && request.body == Data("tea".utf8))
                #expect(request.values(of: "Authorization") == ["Bearer key"])
                #expect(request.values(of: "Proxy-Authorization") == [])
            }
        }

        private static let refusals: [FaultServer.Behaviour] =
            [403, 407, 502].map {
                .response($0, headers: ["Proxy-Authenticate": "Basic realm=\"p\""], body: Data("a page".utf8))
            } + [
                .closeWithoutAnswer, .resetBeforeHead(), .resetInHead(), .partialHead(), .withoutHead(),
                .hugeHeaders(bytes: 400_000),
            ]

        /// Nothing of the request has left, so it may be tried again, and nothing of the proxy's answer is the server's.
        @Test(arguments: refusals)
        func aTunnelThatIsNotOpenedIsNoConnection(_ refusal: FaultServer.Behaviour) async throws {
            try await Self.run(answering: refusal) { proxy, client in
                let error = try await Self.failure(client, "https")
                #expect(error.code == .connectFailed, "\(error)")
                #expect(error.reachedServer == .no && error.status == nil && error.headers.isEmpty)
                #expect(!"\(error)".contains("a page"))
                for request in proxy.requests {
                    #expect(request.method == "CONNECT" && request.target == "api.example:443")
                    // What is for the server is not for the proxy.
                    #expect(request.values(of: "Authorization") == [] && request.bodyBytes == 0)
                }
                #expect(proxy.requests.count == 1)
            }
        }

        @Test func theAnswerThatOpensATunnelIsNotTheServers() async throws {
            let opening = "HTTP/1.1 200 Connection established\r\nX-From: proxy\r\n\r\nthis is no TLS"
            try await Self.run(answering: .raw(Data(opening.utf8))) { _, client in
                let error = try await Self.failure(client, "https")
                #expect(error.code == .tlsFailed, "\(error)")
                #expect(error.reachedServer == .no && error.status == nil && error.headers.isEmpty)
            }
        }

        @Test func aTunnelThatIsWaitedForInVainIsUnsent() async throws {
            try await Self.run(answering: .hang) { _, client in
                let request = try Self.order("https")
                for (options, code) in [
                    (RequestOptions(connectTimeout: .milliseconds(100)), ResilientError.Code.connectFailed),
                    (RequestOptions(attemptTimeout: .milliseconds(100)), .attemptTimeout),
                ] {
                    let error = await #expect(throws: ResilientError.self) {
                        try await client.send(request, options: options)
                    }
                    #expect(error?.code == code && error?.reachedServer == .no)
                }
            }
        }

        @Test func aProxyThatIsNotThereIsNoConnection() async throws {
            for (proxy, scheme) in [("http", "http"), ("http", "https"), ("socks5", "http"), ("socks5h", "https")] {
                // Nothing listens at port 1.
                try await Self.run("\(proxy)://127.0.0.1:1") { _, client in
                    let error = try await Self.failure(client, scheme)
                    #expect(error.code == .connectFailed && error.reachedServer == .no, "\(proxy), \(scheme): \(error)")
                }
            }
        }

        @Test(arguments: [FaultServer.ConnectionFault.speaksFirst, .closesOnAccept])
        func whatSpeaksNoSOCKSIsNoConnection(_ fault: FaultServer.ConnectionFault) async throws {
            try await Self.run("socks5h://user:password@127.0.0.1:PORT", connections: fault) { proxy, client in
                let error = try await Self.failure(client, "http")
                #expect(error.code == .connectFailed && error.reachedServer == .no, "\(error)")
                #expect(proxy.counters.completeRequests == 0)
            }
        }
    }
}
#endif
