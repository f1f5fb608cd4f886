public import Foundation
public import ResilientHTTP

/// What the checks of ``TransportConformance`` talk to: it plays scenarios and reports what arrived.
///
/// ``FaultConformanceServer`` is one over real sockets, ``MockConformanceServer`` one without a network. A transport
/// that calls neither, over unix sockets for example, needs one of its own.
public protocol ConformanceServer: Sendable {
    /// Where it is, without a path.
    var url: URL { get }

    /// What it sees beyond the requests themselves.
    var observes: Set<ConformanceObservation> { get }

    /// The URL of a place where something else is, or nothing; nil when there is none of that kind.
    func url(of place: ConformancePlace) throws -> URL?

    /// Says what the requests for a path get: the k-th the k-th scenario, the last one repeats.
    ///
    /// Paths without a scenario answer 200 without a body.
    func play(_ scenarios: [ConformanceScenario], at path: String) async

    /// The requests whose target begins with a text, in the order in which they came, incomplete ones included.
    func received(under prefix: String) async -> [ConformanceRequest]

    /// How many times a whole request for a path reached the server, those included that it cut off unread.
    func deliveries(at path: String) async -> Int

    /// How many connections by which requests for a path came are still open.
    func openConnections(at path: String) async -> Int

    /// How many bytes of generated bodies were handed to the network for requests for a path.
    func bytesGenerated(at path: String) async -> Int
}

/// What a server may see beyond the requests themselves.
public struct ConformanceObservation: Sendable, Hashable, CustomStringConvertible {
    /// What it is, for a person to read.
    public let description: String

    /// The bytes on the wire: Host, framing, heads before their bodies.
    public static let wire = Self(description: "the wire")
    /// Connections: by which one a request came, and which are open.
    public static let connections = Self(description: "connections")
    /// How many bytes of an answer have been handed to the network.
    public static let flow = Self(description: "how fast a body is taken")
}

/// A place that is no server.
public struct ConformancePlace: Sendable, Hashable, CustomStringConvertible {
    /// What it is, for a person to read.
    public let description: String

    /// A port where connections are refused.
    public static let refusing = Self(description: "a port that refuses connections")
    /// A host whose name has no address.
    public static let unresolvable = Self(description: "a name without an address")
    /// A port that answers no attempt to connect.
    public static let silent = Self(description: "a port that does not answer")
    /// A port of an IPv6 address, as a literal, where connections are refused.
    public static let ipv6Literal = Self(description: "an IPv6 literal")
}

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
