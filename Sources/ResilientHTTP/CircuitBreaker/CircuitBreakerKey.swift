/// What has a circuit breaker of its own: an origin, or an endpoint of one.
///
/// Never a raw path: `/users/1` and `/users/2` are one service, and a map of paths grows without end.
public struct CircuitBreakerKey: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host and port; nil for a key of the program's own choosing.
    public let origin: Origin?
    /// The endpoint's name, a route template such as `/users/{id}`, or any other short constant name.
    public let name: String?

    /// Makes the key of an origin, or of a named endpoint there.
    public init(origin: Origin?, name: String? = nil) {
        self.origin = origin
        self.name = name
    }

    /// Makes a key of the program's own choosing.
    public init(_ name: String) {
        self.init(origin: nil, name: name)
    }

    /// A hash that most keys have at hand.
    var quickHash: Int { name == nil ? origin?.hashed ?? 0 : hashValue }

    /// Origin and name, such as `https://api.example.com list_users`.
    public var description: String {
        [origin?.description, name].compactMap { $0 }.joined(separator: " ")
    }
}
