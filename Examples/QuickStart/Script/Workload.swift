/// What the scenarios are made from.
struct Workload: Sendable {
    let seed: UInt64
    /// Requests of each scenario.
    let requests: Int
}
