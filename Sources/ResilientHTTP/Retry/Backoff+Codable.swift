/// One flat object, durations in decimal seconds:
///
/// ```json
/// {"kind": "exponential", "base": 0.5, "factor": 2, "cap": 8, "jitter": "full"}
/// {"kind": "exponential", "base": 0.5, "factor": 2, "cap": 8, "jitter": "proportional", "jitter_amount": 0.25}
/// {"kind": "linear", "base": 1, "increment": 1, "cap": 30, "jitter": "none"}
/// {"kind": "constant", "delay": 2, "jitter": "none"}
/// {"kind": "decorrelated_v2", "base": 1, "cap": 30}
/// {"kind": "additive", "base": 1, "max": 32, "spread": 0.2}
/// {"kind": "none"}
/// ```
///
/// A missing key has the default of the factory, a missing kind is exponential. A key that the kind does not have is an
/// error that names it: a typing error must not become a default. Values out of range are decoded; they are for the
/// configuration to report, all at once.
extension Backoff: Codable {
    /// The keys of all kinds.
    static let keys = [
        "kind", "base", "factor", "increment", "cap", "max", "delay", "jitter", "jitter_amount", "spread",
    ]

    /// Decodes the flat object.
    ///
    /// - Throws: `DecodingError` that names the key, for unknown keys, unknown kinds and wrong types.
    public init(from decoder: any Decoder) throws {
        var values = try BackoffDecoder(decoder)
        let kind = try values.string("kind") ?? "exponential"
        switch kind {
        case "none":
            self = .none
        case "constant":
            guard let delay = try values.duration("delay") else { throw values.error("delay", "is required") }
            self = .constant(delay, jitter: try values.jitter(default: .none))
        case "linear":
            self = .linear(
                base: try values.duration("base") ?? .seconds(1),
                increment: try values.duration("increment") ?? .seconds(1),
                cap: try values.duration("cap") ?? .seconds(30),
                jitter: try values.jitter(default: .full)
            )
        case "exponential":
            self = .exponential(
                base: try values.duration("base") ?? .milliseconds(500),
                factor: try values.double("factor") ?? 2,
                cap: try values.duration("cap") ?? .seconds(8),
                jitter: try values.jitter(default: .full)
            )
        case "decorrelated_v2":
            self = .decorrelatedV2(
                base: try values.duration("base") ?? .seconds(1),
                cap: try values.duration("cap") ?? .seconds(30)
            )
        case "additive":
            self = .additive(
                base: try values.duration("base") ?? .seconds(1),
                max: try values.duration("max") ?? .seconds(32),
                spread: try values.double("spread") ?? 0.2
            )
        default:
            throw values.error("kind", "is not a kind of backoff: \(kind)")
        }
        try values.finish()
    }

    /// Encodes the flat object, every default included.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        func encode(_ key: String, _ value: some Encodable) throws {
            try container.encode(value, forKey: AnyKey(key))
        }
        func encode(_ jitter: Jitter) throws {
            try encode("jitter", jitter.name)
            if let amount = jitter.amount { try encode("jitter_amount", amount) }
        }
        switch formula {
        case .none:
            try encode("kind", "none")
        case .constant(let delay, let jitter):
            try encode("kind", "constant")
            try encode("delay", delay.decimalSeconds)
            try encode(jitter)
        case .linear(let base, let increment, let cap, let jitter):
            try encode("kind", "linear")
            try encode("base", base.decimalSeconds)
            try encode("increment", increment.decimalSeconds)
            try encode("cap", cap.decimalSeconds)
            try encode(jitter)
        case .exponential(let base, let factor, let cap, let jitter):
            try encode("kind", "exponential")
            try encode("base", base.decimalSeconds)
            try encode("factor", factor)
            try encode("cap", cap.decimalSeconds)
            try encode(jitter)
        case .decorrelatedV2(let base, let cap):
            try encode("kind", "decorrelated_v2")
            try encode("base", base.decimalSeconds)
            try encode("cap", cap.decimalSeconds)
        case .additive(let base, let max, let spread):
            try encode("kind", "additive")
            try encode("base", base.decimalSeconds)
            try encode("max", max.decimalSeconds)
            try encode("spread", spread)
        }
    }
}
