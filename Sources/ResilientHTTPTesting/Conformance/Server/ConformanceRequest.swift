public import Foundation
public import ResilientHTTP

/// A request as a server saw it.
public struct ConformanceRequest: Sendable {
    /// The method as it came.
    public let method: String
    /// Path and query as they came.
    public let target: String
    /// The header lines in their order.
    public let headers: HeaderFields
    /// The body, framing removed.
    public let body: Data
    /// Whether the whole body arrived.
    public let isComplete: Bool
    /// A number for the connection that it came by; nil when the server does not see connections.
    public let connection: Int?
    /// The protocol by its ALPN name, `http/1.1` or `h2`; nil when the server does not tell.
    public let protocolName: String?

    /// Makes a record.
    public init(
        method: String,
        target: String,
        headers: HeaderFields,
        body: Data,
        isComplete: Bool,
        connection: Int? = nil,
        protocolName: String? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.isComplete = isComplete
        self.connection = connection
        self.protocolName = protocolName
    }

    /// The target without its query.
    public var path: String { String(target.prefix { $0 != "?" }) }
}
