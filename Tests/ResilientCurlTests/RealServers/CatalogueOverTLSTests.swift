#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Whatever a server does, behind TLS, whose end is told apart from a cut.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct CatalogueOverTLSTests {
        /// But for two, of which nginx makes something else: it ends TLS in order when it is reset itself, and resets
        /// whoever still sends when the server has gone.
        private static let catalogue = FaultServer.Behaviour.catalogue.filter {
            $0.name != "until_reset" && $0.name != "early_answer_closes"
        }

        @Test(arguments: catalogue)
        func comesOutRight(_ entry: FaultServer.CatalogueEntry) async throws {
            try await SecureHarness.run(server: entry.applied(to: FaultServer.Configuration())) { harness in
                harness.server.script("/", [entry.behaviour])
                try await CatalogueTests.check(entry) { method, body, options in
                    try await harness.client.send(method, harness.url, body: body, options: options)
                }
            }
        }

        /// A server that is killed has not said that its answer is whole.
        @Test(arguments: [true, false], [true, false])
        func anEndWithoutAWordIsACut(usesHTTP2: Bool, isKilled: Bool) async throws {
            try await FaultServer.withServer { behind in
                behind.script("/", [.stream([.text("a body")], ending: isKilled ? .hang : .clean)])
                let site = "proxy_buffering off; location / { proxy_pass http://127.0.0.1:\(behind.port); }"
                try await NginxServer.site(site) { server in
                    try await SecureClient.run(.trusting { $0.usesHTTP2 = usesHTTP2 }) { client in
                        let stream = try await client.client.stream(ClientRequest(url: server.place.url("/")))
                        #expect(stream.headers[.contentLength] == nil)
                        var (text, failure) = ("", ResilientError?.none)
                        do {
                            for try await chunk in stream {
                                text += String(decoding: chunk, as: UTF8.self)
                                if isKilled { server.kill() }
                            }
                        } catch let error as ResilientError {
                            failure = error
                        }
                        #expect(text == "a body")
                        #expect(failure?.code == (isKilled ? .connectionLost : nil), "\(String(describing: failure))")
                        #expect(failure?.reachedServer == (isKilled ? .yes : nil))
                    }
                }
            }
        }
    }
}
#endif
