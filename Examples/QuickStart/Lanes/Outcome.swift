/// What a caller got.
struct Outcome: Sendable {
    /// Nil for a good answer, else a short name for what was wrong.
    let problem: String?
    /// Whether a failure came as an error that code can switch on. A good answer counts as such.
    let isTyped: Bool
    /// From the call to its end, waits and retries included.
    let latency: Duration
    /// How many attempts the client says that it made.
    let attempts: Int

    var succeeded: Bool { problem == nil }
}
