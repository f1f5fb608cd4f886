extension CircuitBreakerConfiguration {
    /// The breaker of ``Configuration/recommended``: it stops calling a service that does not work at all, and bears what
    /// a retry can mend.
    ///
    /// It opens when at least 40 attempts have ended within 10 s and 90 % of them failed: for 2 s, then for twice as long
    /// each time that the probes fail, 10 s at the most, or as long as the server asks for. Three probes are judged
    /// together; when all of them fail it opens again. The numbers come from a simulation beside other libraries'
    /// defaults, which `swift run -c release BreakerTable` repeats and <doc:Protection> shows.
    public static let recommended: CircuitBreakerConfiguration = {
        // A dead endpoint whose calls are tried three times, beside one that is called as often and is well, is 75 % of
        // the attempts; ten calls at once that all fail are 30.
        var configuration = time(.seconds(10), failureRate: 0.9, minimumCalls: 40)
        configuration.recoveryTimeout = .seconds(2)
        configuration.recoveryFactor = 2
        configuration.maxRecoveryTimeout = .seconds(10)
        configuration.probeRule = .rate
        configuration.suggestWindow()
        return configuration
    }()

    /// Settings that are read otherwise than they are written, in words.
    var warnings: [String] {
        guard window == .count, minimumCalls > windowSize, minimumCalls != Self.defaultMinimumCalls else { return [] }
        return [
            "circuit_breaker.minimum_calls: \(minimumCalls) calls never come together in a window of \(windowSize); "
                + "it is read as \(windowSize)"
        ]
    }
}
