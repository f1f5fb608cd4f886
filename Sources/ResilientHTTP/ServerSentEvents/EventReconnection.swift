/// How a stream of server-sent events goes on after its connection has ended (WHATWG HTML §9.2.3).
///
/// A connection that ended, cleanly or not, is made again after a wait, with the id of the last event as
/// `Last-Event-ID`. The wait is what the server asked for with `retry`, at first ``initialDelay``; after anything but
/// a clean end a delay of the ``backoff`` is added, so that clients who were cut off together do not come back
/// together; a longer `Retry-After` counts instead, with as much of that delay as is no more than half of it and 5 s.
///
/// A failure is a connection that could not be made, was answered with 408, 429, 403 with a `Retry-After`, or 5xx (501
/// aside), or broke before it brought an event. An answer of 204 is the server's way to end the stream. Every other
/// status, another content type and an event that is too large end it with their error.
public struct EventReconnection: Sendable, Hashable {
    /// The number of failures in a row that ends the stream with the error of the last; an event starts the count
    /// anew. Default: 5, at least 1.
    public var maxFailures = 5
    /// The wait before a reconnection, until the server sends `retry`. Default: 3 s; zero is allowed.
    public var initialDelay: Duration = .seconds(3)
    /// What is added to the wait: its first delay after a break and after the first failure, its next ones after
    /// further failures in a row. Default: exponential from 1 s, factor 2, cap 30 s, full jitter.
    public var backoff = Backoff.exponential(base: .seconds(1), cap: .seconds(30))
    /// The shortest wait that a server's `retry` can ask for; less counts as this. Default: 0.1 s; zero is allowed.
    public var minRetry: Duration = .milliseconds(100)
    /// The longest wait that a server's `retry` can ask for; more counts as this. Default: 60 s.
    public var maxRetry: Duration = .seconds(60)
    /// The longest `Retry-After` that is waited for; beyond it the stream ends with the error of that answer.
    /// Default: 120 s.
    public var maxServerDelay: Duration = .seconds(120)

    /// Makes the default.
    public init() {}

    /// A copy with changes: `EventReconnection().with { $0.maxFailures = 20 }`.
    public func with(_ change: (inout EventReconnection) -> Void) -> EventReconnection {
        var copy = self
        change(&copy)
        return copy
    }

    /// Throws one configuration error that lists every value out of range.
    package func validate(at path: String = "reconnection") throws {
        var problems: [ConfigurationProblem] = []
        func require(_ condition: Bool, _ key: String, _ message: String) {
            if !condition { problems.append(ConfigurationProblem(path: "\(path).\(key)", message: message)) }
        }
        func require(notNegative duration: Duration, _ key: String) {
            require(duration >= .zero, key, "must not be negative, is \(duration.decimalSeconds) s")
        }
        require(maxFailures >= 1, "max_failures", "must be at least 1, is \(maxFailures)")
        require(notNegative: initialDelay, "initial_delay")
        for problem in backoff.problems { require(false, "backoff.\(problem.path)", problem.message) }
        require(notNegative: minRetry, "min_retry")
        require(notNegative: maxRetry, "max_retry")
        require(
            maxRetry < .zero || maxRetry >= minRetry,
            "max_retry",
            "must be at least min_retry, \(minRetry.decimalSeconds) s, is \(maxRetry.decimalSeconds) s"
        )
        require(notNegative: maxServerDelay, "max_server_delay")
        guard problems.isEmpty else { throw ResilientError.configuration(problems) }
    }

    /// The wait before a reconnection without the backoff.
    func delay(retry: Duration?) -> Duration {
        retry.map { min(max($0, minRetry), maxRetry) } ?? initialDelay
    }
}
