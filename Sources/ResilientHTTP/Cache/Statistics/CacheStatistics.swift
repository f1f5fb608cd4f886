/// What a cache has done since it was made, or since its statistics were reset.
///
/// In JSON the keys are snake_case; absent values are left out.
public struct CacheStatistics: Sendable, Hashable, Codable {
    /// What became of all look-ups.
    public var lookups = CacheLookups()
    /// The same by the endpoint's name, for calls that have one: the first 256 names, and `other` for the rest.
    public var byEndpoint: [String: CacheLookups] = [:]
    /// Answers that were handed to the store.
    public var stored = 0
    /// Answers that were not kept because they were larger than the bounds allow, or of no use any more.
    public var refused = 0
    /// Live answers that gave way to others, because there were too many or too many bytes of them.
    public var evictions = 0
    /// Answers that went because their time was up.
    public var expirations = 0
    /// Answers that were forgotten because a request had changed them or a program cleared them, as far as the store
    /// said how many.
    public var invalidations = 0
    /// How often the store threw, did not answer in time, or could not read or write.
    public var storeFailures = 0
    /// Answers of the store that were none, such as under another key or from the future, and corrupt files.
    public var storeRubbish = 0
    /// What the store was not told, because too much was waiting for it already or it had just failed.
    public var storeDropped = 0
    /// How many answers are kept now; nil for a store that takes a question, see ``ResponseCache/usage()``.
    public var entries: Int?
    /// Their bytes.
    public var bytes: Int?

    /// Makes statistics of nothing.
    public init() {}

    /// The share of all look-ups, from 0 to 1, that were answered without the server.
    public var hitRate: Double { lookups.hitRate }

    private enum CodingKeys: String, CodingKey {
        case lookups, stored, refused, evictions, expirations, invalidations, entries, bytes
        case byEndpoint = "by_endpoint"
        case storeFailures = "store_failures"
        case storeRubbish = "store_rubbish"
        case storeDropped = "store_dropped"
    }
}
