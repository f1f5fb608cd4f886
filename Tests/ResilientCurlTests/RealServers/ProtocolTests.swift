#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// HTTP/1.1 and HTTP/2 over TLS, as they are agreed on with servers that people use.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct ProtocolTests {
        @Test(arguments: [true, false])
        func nginxAgreesOnWhatIsWanted(usesHTTP2: Bool) async throws {
            try await NginxServer.run { place in
                """
                server {
                    listen 127.0.0.1:\(place.port) ssl http2;
                    \(try Certificates.made().server.directives)
                    ssl_protocols TLSv1.2 TLSv1.3;
                    return 200 "$server_protocol $ssl_protocol";
                }
                """
            } _: { server in
                try await SecureClient.run(.trusting { $0.usesHTTP2 = usesHTTP2 }) { client in
                    let text = try await client.send(.get, server.place.url()).text
                    #expect(text == (usesHTTP2 ? "HTTP/2.0" : "HTTP/1.1") + " TLSv1.3")
                }
            }
        }

        @Test func nghttpdIsSpokenToInHTTP2() async throws {
            try await NghttpServer.run {
                try $0.write(Data("a file".utf8), to: "file")
            } _: { server in
                try await SecureClient.run { client in
                    let text = try await client.send(.get, server.place.url("/file")).text
                    #expect(text == "a file")
                }
                #expect(server.frames.contains("recv HEADERS frame"))
            }
        }

        /// Whatever a server of the tests does, it can do over TLS.
        @Test func aServerWithoutTLSIsPutBehindIt() async throws {
            try await FaultServer.withServer { server in
                server.script("/", [.ok("through TLS")])
                try await TLSTerminator.run(port: server.port, alpn: "http/1.1") { url in
                    try await SecureClient.run { client in
                        let text = try await client.send(.get, url).text
                        #expect(text == "through TLS")
                    }
                }
                #expect(server.requests.count == 1)
            }
        }
    }
}
#endif
