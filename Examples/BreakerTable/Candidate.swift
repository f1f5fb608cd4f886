import ResilientHTTP

/// A circuit breaker that takes part, with the numbers of its own documentation.
struct Candidate: Sendable {
    let name: String
    let breaker: CircuitBreakerConfiguration?

    static let all = [
        Candidate(name: "none", breaker: nil),
        Candidate(name: "**recommended**", breaker: .recommended),
        Candidate(name: "5 in a row, 60 s", breaker: CircuitBreakerConfiguration()),
        Candidate(name: "Microsoft's standard handler", breaker: microsoft),
        Candidate(name: "resilience4j", breaker: resilience4j),
    ]

    /// Microsoft.Extensions.Http.Resilience: a failure ratio of 0.1 among at least 100 attempts of 30 s opens for 5 s,
    /// then one probe decides.
    private static let microsoft = CircuitBreakerConfiguration.time(.seconds(30), failureRate: 0.1, minimumCalls: 100)
        .with {
            $0.recoveryTimeout = .seconds(5)
            $0.halfOpenMaxCalls = 1
            $0.successThreshold = 1
        }

    /// resilience4j: half of the last 100 calls, of which there must be 100, opens for 60 s, then 10 calls are judged
    /// together.
    private static let resilience4j = CircuitBreakerConfiguration.count(100, failureRate: 0.5, minimumCalls: 100)
        .with {
            $0.recoveryTimeout = .seconds(60)
            $0.halfOpenMaxCalls = 10
            $0.successThreshold = 10
            $0.probeRule = .rate
        }
}
