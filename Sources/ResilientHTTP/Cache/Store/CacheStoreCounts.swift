/// What a store has done by itself, since it was made.
public struct CacheStoreCounts: Sendable, Hashable {
    /// Live answers that gave way to others, because there were too many or too many bytes of them.
    public var evictions: Int
    /// Answers that went because their time was up.
    public var expirations: Int
    /// Answers that could not be read any more, such as files that are corrupt or cut off, and were forgotten.
    public var corrupted: Int
    /// Reads and writes that failed without an error to the asker, such as on a full disk.
    public var failures: Int
    /// Writes and removals that were not made, because too many were waiting already.
    public var dropped: Int
    /// How much is kept now; nil where that takes a question.
    public var usage: CacheUsage?

    /// Makes counts.
    public init(
        evictions: Int = 0,
        expirations: Int = 0,
        corrupted: Int = 0,
        failures: Int = 0,
        dropped: Int = 0,
        usage: CacheUsage? = nil
    ) {
        self.evictions = evictions
        self.expirations = expirations
        self.corrupted = corrupted
        self.failures = failures
        self.dropped = dropped
        self.usage = usage
    }
}
