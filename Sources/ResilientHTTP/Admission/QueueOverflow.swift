/// What happens to a request that finds the queue full (acceptance row 197).
public enum QueueOverflow: String, Sendable, Codable, CaseIterable {
    /// The request that comes last is refused with `queue_full`.
    case rejectNewest = "reject_newest"
    /// Whoever would be served last gives way: the newest of the lowest level when the newcomer is more urgent, else
    /// the newcomer itself. Either ends with `queue_full`.
    case dropLowest = "drop_lowest"
    /// Everybody waits, by priority and whatever the capacity, up to ``PriorityQueue/mostWaiting``. For programs that
    /// bound their callers by themselves.
    case wait
}
