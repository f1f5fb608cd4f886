import Foundation

/// What an answer or an error says about the service: ill, well, or nothing.
struct BreakerClassifier: Sendable {
    /// The statuses that are failures; nil for 5xx.
    var failureStatuses: Set<Int>?
    var countsThrottling = false
    var clientErrors = CircuitBreakerConfiguration.ClientErrors.neutral
    var heedsServer = true
    /// The longest that an attempt may take by the client's configuration; nil for no limit.
    var attemptTimeout: Duration?
    /// The class of errors that are not this package's.
    var failureClass: (@Sendable (any Error) -> FailureClass?)?

    /// The verdict on an answer.
    func result(of response: ClientResponse, date: @autoclosure () -> Date) -> BreakerResult {
        // What a stage further in has answered says nothing about the service.
        guard response.source == .network else { return .neutral }
        // Nearly every call ends here.
        if response.status.code < 400 { return .success }
        var result = BreakerResult(outcome(of: response.status))
        if result.kind == .failure, heedsServer {
            result.serverNanoseconds = ServerHints(response, date: date()).delay?.saturatedNanoseconds ?? 0
        }
        return result
    }

    /// The verdict on the error of an attempt.
    func result(of error: any Error, context: RequestContext) -> BreakerResult {
        if error is CancellationError { return .neutral }
        if let own = failureClass?(error) { return BreakerResult(.failure(type: own.rawValue)) }
        // Whose error it is and what it means, nobody knows.
        guard let error = error as? ResilientError else { return .neutral }
        if error.code == .deadlineExceeded {
            return error.reachedServer != .no && hasHadItsTime(context)
                ? BreakerResult(.failure(type: error.code.rawValue)) : .neutral
        }
        return BreakerResult(outcome(of: error), retryAfter: heedsServer ? error.retryAfter : nil)
    }

    /// The verdict on an error of this package.
    func outcome(of error: ResilientError) -> CircuitBreaker.Outcome {
        switch error.code {
        case .connectFailed, .nameResolutionFailed, .tlsFailed, .connectionLost, .protocolError, .attemptTimeout:
            .failure(type: error.code.rawValue)
        case .status:
            error.status.map(outcome) ?? .neutral
        default:
            .neutral
        }
    }

    private func outcome(of status: ClientResponse.Status) -> CircuitBreaker.Outcome {
        let isFailure =
            status == 429 && countsThrottling || failureStatuses?.contains(status.code) ?? status.isServerError
        if isFailure { return .failure(type: "status_\(status.code)") }
        if status.code < 400 { return .success }
        return status.isClientError && status != 429 && clientErrors == .success ? .success : .neutral
    }

    /// A caller in a hurry says nothing about the service. But where the total timeout is no longer than that of an
    /// attempt, an attempt that took all of it has had its full time.
    private func hasHadItsTime(_ context: RequestContext) -> Bool {
        guard let attemptTimeout, let last = context.call.attempts.last else { return false }
        // A hundredth is what the stages before the attempt may have taken of the total.
        return last.duration >= attemptTimeout - attemptTimeout / 100
    }
}
