/// A call of the outage's load, and what became of it.
struct OutageCall: Sendable {
    /// Its place among the calls, from 0.
    let index: Int
    let outcome: Outcome
    /// When it ended, from the start of the load.
    let end: Duration
}
