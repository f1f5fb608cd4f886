/// One sending of a call's request: what was waited before it, how long it took and how it ended.
public struct Attempt: Sendable {
    /// The number of the attempt, from 1. Hops of a redirect count on.
    public let number: Int
    /// How long the call waited before this attempt because a stage told it to: a backoff, a `Retry-After`.
    public let delay: Duration
    /// The time from handing the request to the transport to its answer or error.
    public let duration: Duration
    /// The answer's status, when there was an answer.
    public let status: ClientResponse.Status?
    /// The attempt's own error, when there was none.
    public let error: (any Error)?

    /// Makes a record of an attempt.
    public init(
        number: Int,
        delay: Duration = .zero,
        duration: Duration = .zero,
        status: ClientResponse.Status? = nil,
        error: (any Error)? = nil
    ) {
        self.number = number
        self.delay = delay
        self.duration = duration
        self.status = status
        self.error = error
    }

    /// How far the request came; an error that does not say may be any.
    var reachedServer: ResilientError.ReachedServer {
        if status != nil { return .yes }
        return (error as? ResilientError)?.reachedServer ?? .maybe
    }
}
