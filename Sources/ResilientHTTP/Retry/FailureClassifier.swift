import Foundation

/// Says whether an attempt failed, and how.
///
/// A status that says that the *request* was wrong (404, 422 …) is an answer, not a failure: repeating it changes
/// nothing and it tells nothing about the server's health.
struct FailureClassifier: Sendable {
    let retryableStatuses: Set<Int>?
    let heedsServer: Bool
    let custom: (@Sendable (any Error) -> FailureClass?)?

    /// The class of a response, or nil when it is no failure.
    func classify(_ response: ClientResponse) -> FailureClass? {
        if response.status.code < 400 { return nil }
        if let failure = classifyStatus(of: response) { return failure }
        return heedsServer && ServerHints.shouldRetry(response.headers) == true ? .serverAsks : nil
    }

    private func classifyStatus(of response: ClientResponse) -> FailureClass? {
        let code = response.status.code
        if let statuses = retryableStatuses, !statuses.contains(code) { return nil }
        switch code {
        case 403 where heedsServer && ServerHints.saysWhen(response.headers): return .throttled
        case 408: return .requestTimeout
        case 429: return Self.isQuotaExhausted(response) ? .quotaExhausted : .throttled
        case 501: return retryableStatuses == nil ? nil : .listedStatus
        case 500...599: return .serverError
        default: return retryableStatuses == nil ? nil : .listedStatus
        }
    }

    /// The class of an error, or nil when the attempt was neither answered nor failed: cancellation, the total
    /// deadline, local refusals but for what this machine lacks, which others are about to give back.
    func classify(_ error: any Error) -> FailureClass? {
        if let own = custom?(error) { return own }
        guard let error = error as? ResilientError else { return nil }
        switch error.code {
        case .connectFailed, .nameResolutionFailed: return .connect
        case .connectionLost: return .connectionLost
        case .attemptTimeout: return .timeout
        case .tlsFailed: return .tls
        case .protocolError: return .protocolError
        case .resourcesExhausted: return .resourcesExhausted
        default: return nil
        }
    }

    /// OpenAI and those that copied its errors say so in the body; there is no status for it.
    private static func isQuotaExhausted(_ response: ClientResponse) -> Bool {
        let body = response.data.prefix(ResilientError.bodyPrefixLimit)
        let marks = [
            "insufficient_quota", "billing_hard_limit_reached", "quota_exhausted", "credit balance is too low",
        ]
        return marks.contains { body.range(of: Data($0.utf8)) != nil }
    }
}
