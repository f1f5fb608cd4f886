#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// TLS where there is no IPv4 address.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct PlacesTests {
        /// The address ::1, as the kernel writes it.
        private static var hasIPv6: Bool {
            let text = try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)
            return text?.contains("00000000000000000000000000000001") == true
        }

        @Test(.enabled(if: hasIPv6, "this machine has no IPv6"), arguments: ["[::1]", "localhost"])
        func overIPv6(host: String) async throws {
            let listen = "return 200 $server_addr;"
            try await NginxServer.run { place in
                """
                server {
                    listen 127.0.0.1:\(place.port) ssl http2;
                    listen [::1]:\(place.port) ssl http2;
                    \(try Certificates.made().server.directives)
                    \(listen)
                }
                """
            } _: { server in
                try await SecureClient.run { client in
                    let url = try #require(URL(string: "https://\(host):\(server.place.port)/"))
                    let response = try await client.send(.get, url)
                    #expect(response.status == 200)
                    if host == "[::1]" {
                        #expect(response.text == "::1")
                        #expect(response.connection?.peerAddress == "::1")
                    }
                    #expect(response.connection?.protocolName == "h2")
                }
            }
        }

        /// TLS checks the URL's host, wherever the socket is.
        @Test func overAUnixSocket() async throws {
            let site = "listen unix:socket ssl http2; return 200 $server_protocol;"
            try await NginxServer.site(site) { server in
                let path = server.place.folder.appendingPathComponent("socket").path
                try await SecureClient.run(.trusting { $0.unixSocketPath = path }) { client in
                    let url = try #require(URL(string: "https://localhost/"))
                    let text = try await client.send(.get, url).text
                    #expect(text == "HTTP/2.0")
                    let other = try #require(URL(string: "https://elsewhere.example/"))
                    let error = try await client.failure(.get, other)
                    #expect(error.code == .tlsFailed && error.reachedServer == .no)
                }
            }
        }

        /// A name that leads elsewhere is checked against the certificate of there.
        @Test func whereANameWasToldToLead() async throws {
            try await NginxServer.site("return 200 $host;") { server in
                let port = server.place.port
                let configuration = try CurlConfiguration.trusting {
                    $0.resolve = ["localhost:\(port)": "127.0.0.1", "other.example:\(port)": "127.0.0.1"]
                }
                try await SecureClient.run(configuration) { client in
                    let text = try await client.send(.get, server.place.url(host: "localhost")).text
                    #expect(text == "localhost")
                    let error = try await client.failure(.get, server.place.url(host: "other.example"))
                    #expect(error.code == .tlsFailed && error.reachedServer == .no)
                }
            }
        }
    }
}
#endif
