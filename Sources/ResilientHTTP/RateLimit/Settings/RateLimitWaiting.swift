/// What happens to a call for which a limit has nothing left.
///
/// In JSON `"fail"`, `"wait"`, or `{"wait_up_to": 5}` with decimal seconds.
public enum RateLimitWaiting: Sendable, Hashable {
    /// It fails at once with `rateLimited`.
    case fail
    /// It waits its turn. Its deadline bounds the wait: one that does not fit fails at once.
    case wait
    /// It waits its turn for at most so long; a wait that is known to be longer fails at once.
    case waitUpTo(Duration)

    /// The longest wait; nil for no bound of its own.
    var bound: Duration? {
        switch self {
        case .fail: .zero
        case .wait: nil
        case .waitUpTo(let bound): bound
        }
    }

    var problem: String? {
        guard case .waitUpTo(let bound) = self, bound <= .zero else { return nil }
        return "\(bound.decimalSeconds) is out of range: expected more than zero seconds"
    }
}

extension RateLimitWaiting: Codable {
    /// Reads one of the three forms.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let object = try? container.decode([String: Double].self), object.count == 1,
            let bound = object["wait_up_to"].flatMap({ Duration(decimalSeconds: $0) })
        {
            self = .waitUpTo(bound)
            return
        }
        switch try? container.decode(String.self) {
        case "fail": self = .fail
        case "wait": self = .wait
        default:
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: #"expected "fail", "wait" or {"wait_up_to": seconds}"#
            )
        }
    }

    /// Writes one of the three forms.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .fail: try container.encode("fail")
        case .wait: try container.encode("wait")
        case .waitUpTo(let bound): try container.encode(["wait_up_to": bound.decimalSeconds])
        }
    }
}
