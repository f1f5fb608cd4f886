/// Leave to make one call, and the state that gave it: a result that comes after that state has passed moves nothing.
///
/// A value without a reference, because every call takes one. Whoever takes it settles it exactly once; what cannot
/// promise that uses ``CircuitBreaker/Permit``.
struct BreakerPermit: Sendable {
    /// The number of the state that gave it.
    let generation: UInt64
    /// That state.
    let state: CircuitBreaker.State
    /// The slot of a probe; zero for an ordinary call.
    let probe: UInt64
    /// When the call began; zero unless it matters how long it takes.
    let began: MonotonicTime

    /// For a call that no breaker sees.
    static let none = BreakerPermit(generation: 0, state: .disabled, probe: 0, began: .zero)
}

/// How a call ended, as the breaker sees it.
struct BreakerResult: Sendable {
    enum Kind: Sendable {
        case success
        case failure
        case neutral
    }

    var kind: Kind
    /// The kind of failure, with few distinct values.
    var failureType: String?
    /// How long the server asked to be left alone, in nanoseconds.
    var serverNanoseconds: Int64 = 0
    /// How long the call took, in nanoseconds; nil for from the permit to now.
    var nanoseconds: Int64?

    static let success = BreakerResult(kind: .success)
    static let neutral = BreakerResult(kind: .neutral)
}

/// What a breaker says to a call.
enum BreakerAdmission: Sendable {
    case permitted(BreakerPermit)
    case refused(BreakerRefusal)
}

/// What a call would hear from a breaker.
enum BreakerOutlook: Sendable {
    case passes
    case refuses(BreakerRefusal)

    var refusal: BreakerRefusal? {
        if case .refuses(let refusal) = self { refusal } else { nil }
    }
}

/// Why a call is refused, and when another may be let through; nil when nobody knows.
struct BreakerRefusal: Sendable {
    let state: CircuitBreaker.State
    let retryNanoseconds: Int64?
    let lastFailure: String?
}
