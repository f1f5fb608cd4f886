/// One sending of a call's request: what was waited before it, how long it took and how it ended.
public struct Attempt: Sendable {
    /// The number of the attempt, from 1. Hops of a redirect count on.
    public internal(set) var number: Int
    /// The answer's status, when there was an answer.
    public let status: ClientResponse.Status?
    /// The attempt's own error, when there was none.
    public let error: (any Error)?

    /// Nanoseconds inside, because arithmetic on `Duration` is done in 128 bits and every call makes one of these.
    let delayNanoseconds: Int64
    let nanoseconds: Int64
    private let facts: Boxed<ConnectionFacts>?

    /// The connection that the answer came over; nil without an answer, and from a transport that does not tell.
    public var connection: ConnectionFacts? { facts?.value }

    /// How long the call waited before this attempt because a stage told it to: a backoff, a `Retry-After`.
    public var delay: Duration { .nanoseconds(delayNanoseconds) }

    /// The time from handing the request to the transport to its answer or error.
    public var duration: Duration { .nanoseconds(nanoseconds) }

    /// Makes a record of an attempt.
    public init(
        number: Int,
        delay: Duration = .zero,
        duration: Duration = .zero,
        status: ClientResponse.Status? = nil,
        error: (any Error)? = nil
    ) {
        self.init(
            number: number,
            delayNanoseconds: delay.saturatedNanoseconds,
            nanoseconds: duration.saturatedNanoseconds,
            status: status,
            error: error
        )
    }

    init(
        number: Int = 0,
        delayNanoseconds: Int64,
        nanoseconds: Int64,
        status: ClientResponse.Status? = nil,
        error: (any Error)? = nil,
        facts: Boxed<ConnectionFacts>? = nil
    ) {
        self.number = number
        self.delayNanoseconds = delayNanoseconds
        self.nanoseconds = nanoseconds
        self.status = status
        self.error = error
        self.facts = facts
    }

    /// Whether the request reached the server at this attempt.
    var reachedServer: ResilientError.ReachedServer {
        if status != nil { return .yes }
        return (error as? ResilientError)?.reachedServer ?? .maybe
    }
}
