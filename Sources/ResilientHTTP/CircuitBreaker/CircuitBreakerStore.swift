public import struct Foundation.Date

/// What processes that call the same service know together about its circuit.
///
/// Each process keeps its own breakers, which decide at once; the store adds what the others have seen. Before an attempt
/// it is read: a circuit that it shows open is open here too. After an attempt its outcome is applied. Half-open lets each
/// process have its own probes.
///
/// A store may throw or hang: a call waits for it for ``CircuitBreakerConfiguration/storeTimeout`` at most, and then the
/// state of this process decides. Outcomes are applied in the background and delay no call.
///
/// Times are times of day, because processes share no other; a clock that is wrong by a minute opens for a minute more or
/// less.
public protocol CircuitBreakerStore: Sendable {
    /// What is known about a key; nil for nothing.
    func read(_ key: String) async throws -> SharedCircuit?

    /// Takes in how an attempt ended and returns what is known after it; nil for nothing. Neutral outcomes are not
    /// reported.
    func apply(_ outcome: CircuitBreaker.Outcome, to key: String) async throws -> SharedCircuit?
}

/// What a ``CircuitBreakerStore`` knows about one circuit.
public struct SharedCircuit: Sendable, Hashable, Codable {
    /// No attempt is to be made before; nil for a circuit that is not open.
    public var openUntil: Date?

    private enum CodingKeys: String, CodingKey {
        case openUntil = "open_until"
    }

    /// Makes a record; closed unless a time is given.
    public init(openUntil: Date? = nil) {
        self.openUntil = openUntil
    }
}
