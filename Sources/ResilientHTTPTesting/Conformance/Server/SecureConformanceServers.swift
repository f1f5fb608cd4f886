public import Foundation

/// Servers over TLS for the checks of ``TransportConformance``, which has none of its own: certificates that the
/// transport trusts are known only to whoever has set it up.
///
/// Each must answer every GET with 200. What is not given is not checked, and the report says so.
///
/// ```swift
/// let secure = SecureConformanceServers(
///     [.trusted: url(8443), .http2: url(8444), .unknownAuthority: url(8445), .wrongHost: url(8446), .expired: url(8447)]
/// ) { prefix in
///     accessLog().filter { $0.target.hasPrefix(prefix) }
/// }
/// let conformance = TransportConformance(server: server, secure: secure) { MyTransport(trusting: authority) }
/// ```
public struct SecureConformanceServers: Sendable {
    /// Where they are, without a path: `https://host:port`.
    public let urls: [ConformancePlace: URL]
    /// The requests whose target begins with a text, at any of them, in any order; also those that came after a
    /// handshake which the transport should have refused. It may show them a moment after they were answered. Each has
    /// its connection and its protocol.
    public let received: @Sendable (String) async -> [ConformanceRequest]

    /// Names servers.
    ///
    /// - Parameters:
    ///   - urls: where they are, by what they are.
    ///   - received: the requests whose target begins with a text.
    public init(
        _ urls: [ConformancePlace: URL],
        received: @escaping @Sendable (String) async -> [ConformanceRequest]
    ) {
        self.urls = urls
        self.received = received
    }
}
