extension CircuitBreaker {
    /// The error of a call that is refused.
    func error(_ refusal: BreakerRefusal) -> ResilientError {
        let whom = name.isEmpty ? "" : " for \(name)"
        let wait = refusal.retryNanoseconds.map(Duration.nanoseconds)
        let advice = wait.map { "try again in \($0.decimalSeconds) s" } ?? "it stays so until it is reset"
        var text = "Circuit breaker is open\(whom)"
        switch refusal.state {
        case .forcedOpen:
            text += " because somebody forced it; \(advice)"
        case .halfOpen:
            text += ": probes are under way and have not closed it yet; \(advice)"
        default:
            let last = refusal.lastFailure.map { ", lately with \($0)" } ?? ""
            text += ": too many calls failed\(last); \(advice)"
        }
        var error = ResilientError(.circuitOpen, text, reachedServer: .no)
        error.retryAfter = wait
        return error
    }
}
