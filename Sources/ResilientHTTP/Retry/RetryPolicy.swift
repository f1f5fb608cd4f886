/// Decides *whether* a failed attempt is followed by another. When is the backoff's business, how much the budget's.
///
/// A policy is a value without state: the same failure gives the same verdict. Whatever it says, the retry stage
/// keeps to what may be sent twice, to the budget and to the deadline.
public protocol RetryPolicy: Sendable {
    /// The verdict on a failed attempt.
    func verdict(on failure: FailedAttempt) -> RetryVerdict
}

/// An attempt that failed, as a policy sees it.
public struct FailedAttempt: Sendable {
    /// The number of the attempt, from 1.
    public let attempt: Int
    /// The most attempts that the call's own options allow; nil when they do not say.
    public let attemptLimit: Int?
    /// What kind of failure it was.
    public let failureClass: FailureClass
    /// The request.
    public let request: ClientRequest
    /// The answer, when the failure is a status.
    public let response: ClientResponse?
    /// The error, when there was no answer.
    public let error: (any Error)?

    /// Describes a failed attempt, for tests of policies.
    public init(
        attempt: Int,
        attemptLimit: Int? = nil,
        failureClass: FailureClass,
        request: ClientRequest,
        response: ClientResponse? = nil,
        error: (any Error)? = nil
    ) {
        self.attempt = attempt
        self.attemptLimit = attemptLimit
        self.failureClass = failureClass
        self.request = request
        self.response = response
        self.error = error
    }
}

/// What a policy says about a failed attempt.
public enum RetryVerdict: Sendable, Hashable {
    /// Try again.
    case retry
    /// Do not, for this reason.
    case stop(String)
}

/// The policy that a ``RetryConfiguration`` describes.
public struct StandardRetryPolicy: RetryPolicy {
    private let configuration: RetryConfiguration

    /// Makes the policy of a configuration.
    public init(_ configuration: RetryConfiguration = RetryConfiguration()) {
        self.configuration = configuration
    }

    /// Retries what the configuration allows, by class and by number of attempts. The call's own limit counts more
    /// than that of a class, and that more than the general one.
    public func verdict(on failure: FailedAttempt) -> RetryVerdict {
        let rule = configuration.rules[failure.failureClass]
        if failure.failureClass == .quotaExhausted {
            return .stop("the quota is used up; waiting does not help")
        }
        if rule == nil, failure.failureClass == .tls || failure.failureClass == .protocolError {
            return .stop("\(failure.failureClass) is not retried")
        }
        if let rule, !rule.isRetried {
            return .stop("\(failure.failureClass) is not retried")
        }
        let limit = failure.attemptLimit ?? rule?.maxAttempts ?? configuration.maxAttempts
        return failure.attempt < limit ? .retry : .stop("all \(limit) attempts are used up")
    }
}

extension RetryPolicy {
    /// The same policy with at most so many attempts, the first included.
    public func withAttemptLimit(_ limit: Int) -> some RetryPolicy {
        LimitedRetryPolicy(base: self, limit: limit)
    }
}

private struct LimitedRetryPolicy<Base: RetryPolicy>: RetryPolicy {
    let base: Base
    let limit: Int

    func verdict(on failure: FailedAttempt) -> RetryVerdict {
        failure.attempt < limit ? base.verdict(on: failure) : .stop("all \(limit) attempts are used up")
    }
}
