/// Reads a backoff's keys and remembers which, so that what is left over can be refused.
struct BackoffDecoder {
    private let container: KeyedDecodingContainer<AnyKey>
    private var known: Set<String> = []

    init(_ decoder: any Decoder) throws {
        container = try decoder.container(keyedBy: AnyKey.self)
    }

    mutating func string(_ key: String) throws -> String? { try value(key) }

    mutating func double(_ key: String) throws -> Double? { try value(key) }

    mutating func duration(_ key: String) throws -> Duration? {
        guard let seconds = try double(key) else { return nil }
        guard let duration = Duration(decimalSeconds: seconds) else { throw error(key, "is not finite: \(seconds)") }
        return duration
    }

    mutating func jitter(default: Jitter) throws -> Jitter {
        guard let name = try string("jitter") else { return `default` }
        switch name {
        case "none": return .none
        case "full": return .full
        case "equal": return .equal
        case "decorrelated": return .decorrelated
        case "proportional": return .proportional(try double("jitter_amount") ?? 0.25)
        case "symmetric": return .symmetric(try double("jitter_amount") ?? 0.2)
        default: throw error("jitter", "is not a kind of jitter: \(name)")
        }
    }

    /// Refuses the keys that nothing asked for, the first in alphabetical order.
    func finish() throws {
        let unknown = container.allKeys.map(\.stringValue).filter { !known.contains($0) }.sorted()
        if let key = unknown.first { throw error(key, "is not a key of this kind of backoff") }
    }

    func error(_ key: String, _ message: String) -> DecodingError {
        .dataCorrupted(
            .init(codingPath: container.codingPath + [AnyKey(key)], debugDescription: "\"\(key)\" \(message)")
        )
    }

    private mutating func value<Value: Decodable>(_ key: String) throws -> Value? {
        known.insert(key)
        return try container.decodeIfPresent(Value.self, forKey: AnyKey(key))
    }
}
