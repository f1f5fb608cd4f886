#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Servers that want to know who calls.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct ClientCertificateTests {
        /// What a client shows.
        enum Proof: CaseIterable {
            case right, behindAPassword, none, ofUnknownAuthority, wrongPassword, keyOfAnother, missingFile

            var configuration: CurlConfiguration {
                get throws {
                    let all = try Certificates.made()
                    return try .trusting { configuration in
                        guard self != .none else { return }
                        configuration.tls.certificateFile = all.client.certificate.path
                        configuration.tls.keyFile = all.client.key.path
                        switch self {
                        case .behindAPassword, .wrongPassword:
                            configuration.tls.keyFile = all.encryptedKey.path
                            configuration.tls.keyPassword = self == .wrongPassword ? "wrong" : all.password
                        case .ofUnknownAuthority:
                            configuration.tls.certificateFile = all.unknownClient.certificate.path
                            configuration.tls.keyFile = all.unknownClient.key.path
                        case .keyOfAnother:
                            configuration.tls.keyFile = all.server.key.path
                        case .missingFile:
                            configuration.tls.certificateFile = "/there/is/none.pem"
                        default: break
                        }
                    }
                }
            }

            /// What nginx says, which takes the connection first; nil where the client cannot even try.
            var status: Int? {
                switch self {
                case .right, .behindAPassword: 200
                case .none, .ofUnknownAuthority: 400
                default: nil
                }
            }
        }

        private static func settings() throws -> String {
            "ssl_verify_client on; ssl_client_certificate \(try Certificates.made().authority.certificate.path);"
        }

        @Test(arguments: Proof.allCases, [true, false])
        func aServerAnswersWhomItKnows(_ proof: Proof, usesHTTP2: Bool) async throws {
            var configuration = try proof.configuration
            configuration.usesHTTP2 = usesHTTP2
            let settings = try Self.settings()
            try await NginxServer.site("\(settings) location / { return 200 $ssl_client_s_dn; }") { server in
                try await SecureClient.run(configuration) { client in
                    let url = server.place.url()
                    guard let status = proof.status else {
                        let error = try await client.failure(.get, url)
                        #expect(error.code == .tlsFailed, "\(error)")
                        #expect(error.reachedServer == .no)
                        return
                    }
                    let response = try await client.send(.get, url)
                    #expect(response.status.code == status)
                    if status == 200 { #expect(response.text == "CN=client") }
                }
                if proof.status == nil { #expect(server.arrivals.isEmpty) }
            }
        }

        /// In TLS 1.3 the client has finished when the server decides.
        @Test(arguments: Proof.allCases)
        func aServerMayHangUpOnWhomItDoesNotKnow(_ proof: Proof) async throws {
            try await SecureHarness.run(proof.configuration, settings: Self.settings()) { harness in
                try await harness.expect(called: proof.status == 200, [.tlsFailed, .connectionLost])
            }
        }
    }
}
#endif
