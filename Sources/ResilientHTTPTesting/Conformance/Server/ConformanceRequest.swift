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

    /// Makes a record.
    public init(
        method: String,
        target: String,
        headers: HeaderFields,
        body: Data,
        isComplete: Bool,
        connection: Int? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.isComplete = isComplete
        self.connection = connection
    }

    /// The target without its query.
    public var path: String { String(target.prefix { $0 != "?" }) }
}
