#if os(Linux)
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// The name and the password that a proxy asks for are nobody else's.
    @Suite(.timeLimit(.minutes(1)))
    struct SecretsTests {
        private static let user = "pr0xy-us3r"
        private static let password = "s3cr3t pa55word"
        private static let encoded = Data("\(user):\(password)".utf8).base64EncodedString()

        private static func configuration(_ host: String, scheme: String = "http") -> CurlConfiguration {
            var configuration = CurlConfiguration()
            configuration.proxy = "\(scheme)://\(user):s3cr3t%20pa55word@\(host)"
            return configuration
        }

        /// Every text that comes of a value.
        private static func texts(_ value: some Any) -> String {
            var dumped = ""
            dump(value, to: &dumped)
            let error = (value as? any Error)?.localizedDescription ?? ""
            return [dumped, String(describing: value), String(reflecting: value), "\([value])", error].joined()
        }

        private static func expectNoSecret(_ value: some Any, sourceLocation: SourceLocation = #_sourceLocation) {
            let texts = texts(value)
            for secret in [user, "s3cr3t", "pa55word", encoded] {
                #expect(!texts.contains(secret), "\(texts)", sourceLocation: sourceLocation)
            }
        }

        @Test func theConfigurationIsPrintedWithoutThem() throws {
            var configuration = Self.configuration("proxy.example:3128")
            configuration.tls.certificateFile = "/client.pem"
            configuration.tls.keyPassword = Self.password
            Self.expectNoSecret(configuration)
            Self.expectNoSecret(LoopSettings(configuration, try CurlLibrary.loaded.get()))
            // All else is there.
            let texts = Self.texts(configuration)
            for part in ["http://proxy.example:3128", "/client.pem", "max_connections", "use_environment_proxy"] {
                #expect(texts.contains(part), "\(texts)")
            }
            #expect(Mirror(reflecting: configuration).children.count == CurlConfiguration.fields.count)
            #expect(Mirror(reflecting: configuration.tls).children.count == CurlTLSConfiguration.fields.count)
        }

        @Test(arguments: ["http://\(user):s3cr3t@proxy:70000", "\(user):s3cr3t@proxy:80", "ftp://\(user):s3cr3t@proxy"])
        func aProxyThatIsNoneIsRefusedWithoutShowingIt(_ proxy: String) throws {
            var configuration = CurlConfiguration()
            configuration.proxy = proxy
            let error = try #require(#expect(throws: ResilientError.self) { try CurlTransport(configuration) })
            #expect(error.problems.map(\.path) == ["proxy"])
            Self.expectNoSecret(error)
        }

        @Test func theyAreThereForTheProxyAndInNoError() async throws {
            try await FaultServer.withServer { proxy in
                proxy.script(default: [.status(407), .ok])
                let hosts = ["127.0.0.1:\(proxy.port)", "127.0.0.1:1"]
                for (host, scheme) in zip(hosts + hosts, ["http", "http", "socks5h", "socks5h"]) {
                    let transport = try CurlTransport(Self.configuration(host, scheme: scheme))
                    let dependencies = Dependencies(transport: transport)
                    try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                        for url in ["https://api.example/", "http://api.example/"] {
                            let request = ClientRequest(url: try #require(URL(string: url)))
                            let options = RequestOptions(attemptTimeout: .milliseconds(300))
                            do {
                                let response = try await client.send(request, options: options)
                                Self.expectNoSecret(response)
                            } catch {
                                Self.expectNoSecret(error)
                            }
                        }
                    }
                }
                let requests = proxy.requests
                #expect(requests.map(\.method) == ["CONNECT", "GET"])
                for request in requests {
                    #expect(request.values(of: "Proxy-Authorization") == ["Basic \(Self.encoded)"])
                    #expect(!request.target.contains(Self.user))
                }
            }
        }
    }
}
#endif
