extension RetryStage {
    /// Asks whether an attempt that starts at a time will be refused by a circuit breaker, by what is known now.
    typealias Foresight = @Sendable (ClientRequest, RequestContext, MonotonicTime) -> Bool

    /// What a call ends with when a circuit breaker refuses its next attempt: with what the one before has ended.
    enum LastWord: Sendable {
        case nothing
        case outcome(Outcome)
        /// Status, header fields and the first bytes of a response whose body is not held.
        case head(ResilientError)

        /// The longest body of a response that is held while the next attempt is under way.
        private static let bodyLimit = 65_536

        init(_ outcome: Outcome) {
            guard let response = outcome.response else {
                self = outcome === Outcome.none ? .nothing : .outcome(outcome)
                return
            }
            if let body = response.body.data, body.count <= Self.bodyLimit {
                self = .outcome(outcome)
            } else {
                var error = ResilientError(.circuitOpen, "")
                error.describe(response)
                self = .head(error)
            }
        }
    }
}

extension ResilientError {
    /// Takes over the response that another error describes.
    mutating func adopt(responseOf other: ResilientError) {
        (status, headers, bodyPrefix) = (other.status, other.headers, other.bodyPrefix)
        reachedServer = other.reachedServer
    }
}
