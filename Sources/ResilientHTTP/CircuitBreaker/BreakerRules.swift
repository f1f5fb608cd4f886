/// The settings of a breaker in the units of its arithmetic; one object for the breakers of all keys.
final class BreakerRules: Sendable {
    let window: CircuitBreakerConfiguration.Window
    let failureThreshold: Int
    let windowSize: Int
    let windowNanoseconds: Int64
    let minimumCalls: Int
    let failureRate: Double
    let slowCallRate: Double?
    /// `Int64.max` when slow calls do not count, so that no call is slow.
    let slowNanoseconds: Int64

    let openNanoseconds: Int64
    let growth: Double
    let maxOpenNanoseconds: Int64
    /// Zero when the server is not heeded.
    let maxServerNanoseconds: Int64

    let probeLimit: Int
    let successThreshold: Int
    /// Where rates decide: so many probes are let through and judged together.
    let probesJudged: Int
    let probeNanoseconds: Int64
    let judgesProbesByRate: Bool

    /// Takes over a configuration without problems.
    init(_ configuration: CircuitBreakerConfiguration) {
        window = configuration.window
        failureThreshold = configuration.failureThreshold
        windowSize = configuration.windowSize
        windowNanoseconds = configuration.windowTime.saturatedNanoseconds
        minimumCalls =
            window == .count ? min(configuration.minimumCalls, configuration.windowSize) : configuration.minimumCalls
        failureRate = configuration.failureRate
        slowCallRate = configuration.slowCallRate
        slowNanoseconds =
            configuration.slowCallRate == nil ? .max : configuration.slowCallDuration.saturatedNanoseconds
        openNanoseconds = configuration.recoveryTimeout.saturatedNanoseconds
        growth = configuration.recoveryFactor
        maxOpenNanoseconds = configuration.maxRecoveryTimeout.saturatedNanoseconds
        maxServerNanoseconds = configuration.heedsServer ? configuration.maxServerDelay.saturatedNanoseconds : 0
        probeLimit = configuration.halfOpenMaxCalls
        successThreshold = configuration.successThreshold
        probesJudged = min(minimumCalls, successThreshold)
        probeNanoseconds = configuration.halfOpenTimeout.saturatedNanoseconds
        judgesProbesByRate = configuration.probeRule == .rate
    }

    /// Whether it matters how long a call takes.
    var measuresCalls: Bool { slowNanoseconds != .max }

    /// Whether a success of a closed breaker needs to know the time: with a window it may be the call that makes up the
    /// minimum, and so open it.
    var timesSuccesses: Bool { window != .consecutive || measuresCalls }
}
