#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Whom a client speaks to, and with what.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct TrustTests {
        enum Impostor: CaseIterable {
            case unknownAuthority, wrongHost, expired, selfSigned

            var identity: Identity {
                get throws {
                    let all = try Certificates.made()
                    return switch self {
                    case .unknownAuthority: all.unknown
                    case .wrongHost: all.otherHost
                    case .expired: all.expired
                    case .selfSigned: all.selfSigned
                    }
                }
            }
        }

        @Test(arguments: Impostor.allCases)
        func aServerThatCannotProveWhoItIsHearsNothing(_ impostor: Impostor) async throws {
            try await SecureHarness.run(identity: impostor.identity) { try await $0.expect(called: false) }
        }

        @Test func theSystemDoesNotKnowTheTestsAuthority() async throws {
            try await SecureHarness.run(CurlConfiguration()) { try await $0.expect(called: false) }
        }

        @Test func theAuthorityMayBeInMemory() async throws {
            let authority = try Data(contentsOf: Certificates.made().authority.certificate)
            var configuration = CurlConfiguration()
            configuration.tls.caCertificates = authority
            try await SecureHarness.run(configuration) { try await $0.expect(called: true) }
            configuration.tls.caCertificates = try Data(contentsOf: Certificates.made().unknown.certificate)
            try await SecureHarness.run(configuration) { try await $0.expect(called: false) }
        }

        @Test(arguments: ["/there/is/none.pem", "/dev/null"])
        func anAuthorityThatIsNotThereIsNoTrust(file: String) async throws {
            try await SecureHarness.run(.trusting { $0.tls.caFile = file }) { try await $0.expect(called: false) }
        }

        @Test func onlyAPinnedKeyWillDo() async throws {
            let all = try Certificates.made()
            for (pin, isRight) in [
                (all.serverPin, true), (all.clientPin, false), (all.clientPin + ";" + all.serverPin, true),
            ] {
                let configuration = try CurlConfiguration.trusting { $0.tls.pinnedPublicKey = pin }
                try await SecureHarness.run(configuration) { try await $0.expect(called: isRight) }
            }
        }

        /// A pin is no trust: the rest of the certificate is checked all the same.
        @Test func aPinnedKeyNeedsATrustedCertificate() async throws {
            let configuration = try CurlConfiguration.trusting {
                $0.tls.pinnedPublicKey = try Certificates.made().serverPin
            }
            var blind = configuration
            blind.tls.caFile = nil
            try await SecureHarness.run(blind) { try await $0.expect(called: false) }
        }

        @Test(arguments: [
            ("TLSv1.2", CurlTLSConfiguration.Version.tls12, true), ("TLSv1.2", .tls13, false),
            ("TLSv1.3", .tls12, true), ("TLSv1.3", .tls13, true),
            ("TLSv1 TLSv1.1", .tls12, false),
        ])
        func noOlderVersionIsSpoken(
            _ offered: String,
            _ minimum: CurlTLSConfiguration.Version,
            _ isSpoken: Bool
        ) async throws {
            // OpenSSL has the oldest versions only for those who want no security.
            let settings = "ssl_protocols \(offered); ssl_ciphers DEFAULT:@SECLEVEL=0;"
            let configuration = try CurlConfiguration.trusting { $0.tls.minimumVersion = minimum }
            try await SecureHarness.run(configuration, settings: settings) { try await $0.expect(called: isSpoken) }
        }
    }
}
#endif
