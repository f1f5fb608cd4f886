/// What a ``PriorityQueue`` has done and is doing (acceptance row 200).
///
/// The counters run from the queue's start or its last reset. Every request that came is in exactly one of
/// ``admitted``, ``rejected``, ``shed``, ``dropped``, ``cancelled``, ``expired``, ``refused`` and ``ended``, or still
/// waits.
public struct QueueStats: Sendable, Hashable {
    /// How many wait, by level; levels without waiters are absent.
    public internal(set) var depth: [Priority: Int] = [:]
    /// How many are under way.
    public internal(set) var inFlight = 0
    /// How many may be under way; moves when the limit is adaptive.
    public internal(set) var limit = 0
    /// How many came in, at once or after a wait.
    public internal(set) var admitted = 0
    /// How many were refused because the queue was full, or, for those who would not wait, no slot was free.
    public internal(set) var rejected = 0
    /// How many were refused because they could not have met their deadline.
    public internal(set) var shed = 0
    /// How many had to give way to others while they waited.
    public internal(set) var dropped = 0
    /// How many did not come in because the caller had cancelled, as they came or while they waited, or its client was
    /// shut down.
    public internal(set) var cancelled = 0
    /// How many did not come in because their deadline had passed, as they came or while they waited.
    public internal(set) var expired = 0
    /// How many waits ended because the circuit breaker that comes after them opened.
    public internal(set) var refused = 0
    /// How many were ended or refused because the queue was shut down.
    public internal(set) var ended = 0
    /// The waits of those who were admitted after one, by level. A queue keeps the first ``mostLevels`` levels that it
    /// sees.
    public internal(set) var waits: [Priority: WaitHistogram] = [:]
    /// The same over all levels.
    public internal(set) var allWaits = WaitHistogram()

    /// How many levels have a histogram of their own: 64.
    public static let mostLevels = 64

    /// How many wait.
    public var waiting: Int { depth.values.reduce(0, +) }
    /// The mean wait of those who had to wait and were admitted; zero when nobody had to.
    public var averageWait: Duration { allWaits.average }

    mutating func noteWait(_ wait: Duration, of priority: Priority) {
        allWaits.add(wait)
        if waits[priority] != nil || waits.count < Self.mostLevels {
            waits[priority, default: WaitHistogram()].add(wait)
        }
    }
}
