/// What the crowd meets, in this order.
enum CrowdRush: String, CaseIterable, Sendable, Codable {
    /// Nobody has asked before.
    case first = "first rush"
    /// The page is still fresh.
    case again = "again"
    /// The page is stale, and the service answers 503.
    case down = "service down"
}
