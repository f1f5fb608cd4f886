public import Foundation
public import ResilientHTTP

/// What a ``CurlTransport`` asks of TLS connections. Certificates and host names are always checked.
public struct CurlTLSConfiguration: ConfigurationSection {
    /// The oldest version of TLS that is spoken.
    public enum Version: String, Sendable, Codable, CaseIterable {
        /// TLS 1.2.
        case tls12 = "1.2"
        /// TLS 1.3.
        case tls13 = "1.3"
    }

    /// The oldest version that is spoken. Default: 1.2.
    public var minimumVersion = Version.tls12
    /// A file of PEM certificates to trust instead of the system's; nil for the system's. Default: nil.
    public var caFile: String?
    /// PEM certificates to trust instead of the system's, in memory; nil for the system's. Default: nil. Needs
    /// libcurl 7.77.
    public var caCertificates: Data?
    /// A file with the client's PEM certificate, its chain after it; nil for none. Default: nil.
    public var certificateFile: String?
    /// A file with the PEM key of ``certificateFile``; nil when it is in the same file. Default: nil.
    public var keyFile: String?
    /// The password of the key; nil for none. Default: nil.
    public var keyPassword: String?
    /// The only public keys that a server may have: base64 SHA-256 digests, each as `sha256//…`, with semicolons
    /// between; nil for any. Default: nil.
    public var pinnedPublicKey: String?

    /// Makes the default.
    public init() {}

    package static let fields: [ConfigurationField<CurlTLSConfiguration>] = [
        .value("minimum_version", \.minimumVersion),
        .optional("ca_file", \.caFile, problem: CurlConfiguration.text("a path")),
        .optional("ca_certificates", \.caCertificates) { $0.isEmpty ? "there is no certificate in it" : nil },
        .optional("certificate_file", \.certificateFile, problem: CurlConfiguration.text("a path")),
        .optional("key_file", \.keyFile, problem: CurlConfiguration.text("a path")),
        .optional("key_password", \.keyPassword, problem: CurlConfiguration.text("a password")),
        .optional("pinned_public_key", \.pinnedPublicKey, problem: pinProblem),
    ]

    package var contradictions: [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if caFile != nil, caCertificates != nil {
            problems.append(ConfigurationProblem(path: "ca_file", message: "give certificates as a file or in memory"))
        }
        if certificateFile == nil, keyFile != nil || keyPassword != nil {
            problems.append(ConfigurationProblem(path: "key_file", message: "a key needs a certificate_file"))
        }
        return problems
    }

    /// libcurl would take anything else for the name of a file.
    private static let pinProblem: @Sendable (String) -> String? = { text in
        let isRight = text.split(separator: ";", omittingEmptySubsequences: false).allSatisfy { pin in
            pin.hasPrefix("sha256//") && Data(base64Encoded: String(pin.dropFirst(8)))?.count == 32
        }
        return isRight ? nil : "expected sha256// and a base64 digest of 32 bytes, several with semicolons between"
    }
}
