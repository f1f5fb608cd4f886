/// How often and how long a client may try; the part of its configuration that decides what is recoverable.
struct AttemptLimits: Sendable {
    var attempts = 3
    var attemptTimeout: Duration = .seconds(5)
    /// What bare URLSession gets, which on Linux knows whole seconds only. Short, because what runs into it in these
    /// scenarios would hang for ever, and only the run would be longer.
    var bareTimeoutSeconds = 1
    var longestBackoff: Duration = .milliseconds(200)
    /// A refused connection costs nobody anything, so it is tried again soon and often.
    var connectAttempts = 60
    var connectBackoff: Duration = .milliseconds(50)
    var total: Duration = .seconds(15)
}
