#if os(Linux)
/// When to look after transfers that share connections, as HTTP/2 has it. For the loop's thread.
///
/// What comes for one of them may be read by another, and libcurl (7.88, for one) forgets now and then to go on with the
/// first: while a third one has paused, or when all that comes is TLS's word that the connection is over. No socket
/// tells of that any more; a look wakes them.
///
/// In real time, which is libcurl's: one loop serves clients with any clock.
struct SharedStreams {
    /// What a stall costs at most.
    private static let interval = Duration.milliseconds(100)

    private var count = 0
    /// When the next look is due.
    private(set) var next: ContinuousClock.Instant?

    mutating func begin() {
        count += 1
        if count > 1, next == nil { next = .now + Self.interval }
    }

    mutating func end() {
        count -= 1
        if count == 0 { next = nil }
    }

    /// Whether it is time for a look. Counts once.
    mutating func isDue() -> Bool {
        guard let time = next, .now >= time else { return false }
        // The last one may have shared its connection until a moment ago.
        next = count > 1 ? .now + Self.interval : nil
        return true
    }
}
#endif
