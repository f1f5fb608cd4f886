/// What became of look-ups in the cache.
public struct CacheLookups: Sendable, Hashable {
    /// A fresh answer was served.
    public var hits = 0
    /// There was nothing that could be served or validated.
    public var misses = 0
    /// A stale answer was served.
    public var stale = 0
    /// The server confirmed a kept answer (304), which was served.
    public var revalidations = 0
    /// The server was asked about a kept answer and sent another one.
    public var replaced = 0

    /// Makes counts of nothing.
    public init() {}

    /// How many look-ups there were.
    public var count: Int { hits + misses + stale + revalidations + replaced }

    /// The share of look-ups, from 0 to 1, that were answered without the server: hits and stale answers. 0 without a
    /// look-up.
    public var hitRate: Double { count == 0 ? 0 : Double(hits + stale) / Double(count) }

    mutating func note(_ outcome: CacheOutcome) {
        switch outcome {
        case .hit: hits += 1
        case .miss: misses += 1
        case .stale: stale += 1
        case .revalidated: revalidations += 1
        case .replaced: replaced += 1
        }
    }
}

extension CacheLookups: Codable {
    private enum CodingKeys: String, CodingKey {
        case count, hits, misses, stale, revalidations, replaced
        case hitRate = "hit_rate"
    }

    /// Reads the counts; the number of look-ups and the rate follow from them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        hits = try container.decode(Int.self, forKey: .hits)
        misses = try container.decode(Int.self, forKey: .misses)
        stale = try container.decode(Int.self, forKey: .stale)
        revalidations = try container.decode(Int.self, forKey: .revalidations)
        replaced = try container.decode(Int.self, forKey: .replaced)
    }

    /// Writes the counts, with the number of look-ups and the rate.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(hits, forKey: .hits)
        try container.encode(misses, forKey: .misses)
        try container.encode(stale, forKey: .stale)
        try container.encode(revalidations, forKey: .revalidations)
        try container.encode(replaced, forKey: .replaced)
        try container.encode(hitRate, forKey: .hitRate)
    }
}
