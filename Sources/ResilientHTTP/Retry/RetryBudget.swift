import Synchronization

/// The retries that a client may still send; shared by everything that sends a request more than once.
package final class RetryBudget: Sendable {
    private struct State {
        var tokens: Double
        var window: SlidingCounts
    }

    private let configuration: RetryBudgetConfiguration
    private let state: Mutex<State>

    package init(_ configuration: RetryBudgetConfiguration) {
        self.configuration = configuration
        state = Mutex(State(tokens: configuration.capacity, window: SlidingCounts(window: configuration.window)))
    }

    /// What has been taken for one retry, to be given back when it comes to nothing.
    package struct Withdrawal: Sendable {
        fileprivate let amount: Double
        fileprivate let time: MonotonicTime
    }

    /// Notes that a call begins; a ratio counts them.
    package func noteCall(now: @autoclosure () -> MonotonicTime) {
        // Asked only where it is needed: looking at a clock costs more than the rest.
        guard configuration.kind == .ratio else { return }
        let now = now()
        state.withLock { $0.window.addCall(now: now) }
    }

    /// Takes what a retry costs, or nothing and nil when there is not enough.
    package func withdraw(after failure: FailureClass, cost: Double?, now: MonotonicTime) -> Withdrawal? {
        switch configuration.kind {
        case .tokens:
            let amount = cost ?? (failure == .timeout ? configuration.timeoutCost : configuration.cost)
            return state.withLock { state in
                guard state.tokens >= amount else { return nil }
                state.tokens -= amount
                return Withdrawal(amount: amount, time: now)
            }
        case .ratio:
            return state.withLock { state in
                let (calls, retries) = state.window.counts(now: now)
                let allowed = max(Double(configuration.floor), configuration.ratio * Double(calls))
                guard Double(retries + 1) <= allowed else { return nil }
                state.window.addRetry(1, now: now)
                return Withdrawal(amount: 1, time: now)
            }
        }
    }

    /// Notes that a retry was answered by what is no failure: tokens come back, as in the AWS SDKs. A share of the calls
    /// is used up by every retry that was sent, whatever came of it, as in Finagle and Envoy: else there would be no bound
    /// for a service that fails every other time.
    package func noteRetrySuccess(_ withdrawal: Withdrawal?) {
        if configuration.kind == .tokens { refund(withdrawal) }
    }

    /// Gives a withdrawal back: the retry was never sent, or its outcome says nothing.
    package func refund(_ withdrawal: Withdrawal?) {
        guard let withdrawal else { return }
        state.withLock { state in
            switch configuration.kind {
            case .tokens: state.tokens = min(configuration.capacity, state.tokens + withdrawal.amount)
            case .ratio: state.window.addRetry(-1, now: withdrawal.time)
            }
        }
    }

    /// Notes a success at the first attempt.
    package func noteFirstSuccess() {
        guard configuration.kind == .tokens else { return }
        state.withLock { $0.tokens = min(configuration.capacity, $0.tokens + configuration.successRefill) }
    }

    /// What is left: tokens, or retries of the window.
    package func left(now: MonotonicTime) -> Double {
        state.withLock { state in
            switch configuration.kind {
            case .tokens:
                return state.tokens
            case .ratio:
                let (calls, retries) = state.window.counts(now: now)
                return max(0, max(Double(configuration.floor), configuration.ratio * Double(calls)) - Double(retries))
            }
        }
    }
}
