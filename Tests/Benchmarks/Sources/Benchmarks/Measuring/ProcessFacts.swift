import CLookups

/// What a process that makes requests knows about itself.
struct ProcessFacts: Codable, Sendable {
    /// The names that it has looked up so far.
    var lookups: Int
    /// The bytes that it has in memory, and the most that it ever had; nil where that is not told.
    var now: Double?
    var peak: Double?

    /// This process.
    static var own: ProcessFacts {
        let resident = ProcessUsage.resident
        return ProcessFacts(lookups: lookups_so_far(), now: resident?.now, peak: resident?.peak)
    }
}
