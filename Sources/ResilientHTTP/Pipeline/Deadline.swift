/// A time by which an answer must be there, and which timeout set it.
///
/// It travels in the context and whoever waits honours it. Only the tightest one counts, so its kind says which error
/// a wait ends with.
public struct Deadline: Sendable, Hashable {
    /// Which timeout a deadline comes from.
    public enum Kind: Sendable {
        /// The timeout of one attempt: a failure of the server, and a reason to try again.
        case attempt
        /// The total timeout of the call: nothing can be tried again.
        case total
    }

    /// When it passes.
    public let instant: MonotonicTime
    /// Half a `Duration`: contexts with deadlines are copied often, and kept by calls that wait.
    private let timeoutNanoseconds: Int64
    /// Which timeout set it.
    public let kind: Kind

    /// The length of that timeout, for the error's text; at most 292 years.
    public var timeout: Duration { .nanoseconds(timeoutNanoseconds) }

    /// Makes a deadline.
    public init(_ instant: MonotonicTime, kind: Kind, timeout: Duration) {
        self.instant = instant
        self.kind = kind
        timeoutNanoseconds = timeout.saturatedNanoseconds
    }

    /// A timeout that begins at a time.
    init(_ kind: Kind, from start: MonotonicTime, nanoseconds: Int64) {
        instant = start.advanced(byNanoseconds: nanoseconds)
        self.kind = kind
        timeoutNanoseconds = nanoseconds
    }

    /// The error of a wait that this deadline ended.
    public func error(reachedServer: ResilientError.ReachedServer?) -> ResilientError {
        switch kind {
        case .attempt:
            ResilientError(
                .attemptTimeout,
                "the attempt took longer than its timeout of \(timeout.decimalSeconds) s",
                reachedServer: reachedServer
            )
        case .total:
            ResilientError(
                .deadlineExceeded,
                "the call took longer than its total timeout of \(timeout.decimalSeconds) s",
                reachedServer: reachedServer
            )
        }
    }
}
