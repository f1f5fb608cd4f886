package import Foundation

/// A certificate and its key, each in a file.
package struct Identity: Sendable {
    /// PEM, without a chain.
    package let certificate: URL
    /// PEM, without a password.
    package let key: URL

    init(_ name: String, in folder: URL) {
        certificate = folder.appendingPathComponent(name + ".pem")
        key = folder.appendingPathComponent(name + ".key")
    }

    /// What tells nginx to show it.
    package var directives: String {
        "ssl_certificate \(certificate.path); ssl_certificate_key \(key.path);"
    }
}
