/// When the next connection is made, and whether: counts failures in a row.
struct ReconnectionPace {
    private var failures = 0
    private var hasEvent = false
    private var backoff = Backoff.State()

    /// The connection has brought an event.
    mutating func noteEvent() {
        failures = 0
        hasEvent = true
        backoff = Backoff.State()
    }

    /// The wait after a connection that ended, cleanly when there is no error. Throws the error when there were too
    /// many in a row, or when its `Retry-After` is longer than what is waited for.
    mutating func delay(
        after error: (any Error)?,
        retry: Duration?,
        _ reconnection: EventReconnection,
        random: Double
    ) throws -> Duration {
        let hadEvent = hasEvent
        hasEvent = false
        let delay = reconnection.delay(retry: retry)
        guard let error else { return delay }
        if !hadEvent {
            failures += 1
            if failures >= reconnection.maxFailures { throw error }
        }
        let serverDelay = (error as? ResilientError)?.retryAfter ?? .zero
        if serverDelay > reconnection.maxServerDelay { throw error }
        let added = reconnection.backoff.delay(retry: max(0, failures - 1), state: &backoff, random: random)
        // Those who were told the same do not come back together, and nobody earlier than told.
        let room = reconnection.maxServerDelay - serverDelay
        return max(delay + added, serverDelay + min(added, ServerHints.spread(of: serverDelay), room))
    }

    /// Whether a connection may succeed later: after trouble on the way and local refusals, not after what would be
    /// the same again.
    static func canPass(_ error: any Error) -> Bool {
        switch FailureClassifier(retryableStatuses: nil, heedsServer: true, custom: nil).classify(error) {
        case .connect?, .connectionLost?, .timeout?, .resourcesExhausted?: return true
        default: break
        }
        guard let error = error as? ResilientError else { return false }
        return [.circuitOpen, .rateLimited, .queueFull, .shed].contains(error.code)
    }
}
