import ResilientHTTP

/// One event of a circuit breaker's trace.
struct BreakerEvent {
    static let keys = ["t_us", "op", "duration_ms", "permit"]

    enum Kind: String, CaseIterable {
        case acquire, success, error, ignored, cancel

        /// How the call of a permit ended; nil for the acquire itself.
        var outcome: CircuitBreaker.Outcome? {
            switch self {
            case .acquire: nil
            case .success: .success
            case .error: .failure()
            // To a breaker they are the same: the permit comes back and nothing is known.
            case .ignored, .cancel: .neutral
            }
        }
    }

    let time: MonotonicTime
    let kind: Kind
    /// The number of the acquire that a result belongs to; nil for the oldest without a result.
    let permit: Int?
    /// How long the call took; nil for from the acquire to now.
    let duration: Duration?
    /// Where `permit` stands or would stand, for messages.
    let path: String

    init(_ fields: Fields, after last: inout Int64) throws(ResilientError) {
        time = try TraceEvents.time(fields, after: &last)
        let name = try fields.need(fields.string("op"), "op")
        guard let kind = Kind(rawValue: name) else {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .line("\(fields.name(of: "op")) is '\(name.prefix(40))': expected one of \(known)")
        }
        self.kind = kind
        permit = try fields.integer("permit", in: 1...Int64(TraceEvents.limit)).map { Int($0) }
        duration = try fields.number("duration_ms", in: 0...1e12).map { .nanoseconds(Int64(($0 * 1e6).rounded())) }
        path = fields.name(of: "permit")
        guard kind != .acquire || permit == nil && duration == nil else {
            throw .line("\(fields.name(of: "op")) is acquire, which has neither permit nor duration_ms")
        }
    }
}
