/// How often and how long a client may try; the part of its configuration that decides what is recoverable.
struct AttemptLimits: Sendable {
    var attempts = 3
    var attemptTimeout: Duration = .seconds(2)
    var longestBackoff: Duration = .milliseconds(200)
    var total: Duration = .seconds(8)
}
