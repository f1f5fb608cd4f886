public import Foundation

/// What one breaker is doing and why, at one moment.
///
/// In JSON the keys are snake_case and durations decimal seconds; absent values are left out.
public struct CircuitBreakerStatus: Sendable, Hashable, Codable {
    /// The breaker's name: for those of a client, origin and endpoint.
    public let name: String
    /// The state.
    public let state: CircuitBreaker.State
    /// Consecutive: the failures in a row. Windows: the failures in the window. After opening, those that opened it.
    public let failureCount: Int
    /// Windows: the calls in the window. Consecutive: the same as ``failureCount``.
    public let callCount: Int
    /// Windows: the share of failures, from 0 to 1; nil below the minimum of calls.
    public let failureRate: Double?
    /// Windows: the share of slow calls, from 0 to 1; nil below the minimum of calls.
    public let slowCallRate: Double?
    /// When the last failure was counted.
    public let lastFailureTime: Date?
    /// The kind of the last failure.
    public let lastFailureType: String?
    /// When the breaker opened, until it closes.
    public let openedAt: Date?
    /// When the next probe may go, while open.
    public let nextProbeAt: Date?
    /// How many seconds it is until the next probe may go, while open; 0 when it may go now.
    public let nextProbeIn: Double?
    /// The calls that have a permit and have not ended.
    public let inFlight: Int
    /// The probes that have not ended.
    public let probesInFlight: Int
    /// Half-open: the probes that have succeeded.
    public let probeSuccesses: Int
    /// The calls that were refused.
    public let rejectedCount: Int
    /// How often the breaker has opened.
    public let openedCount: Int
    /// The results that came after their state had passed.
    public let lateCount: Int
    /// How often it would have opened while it only measured.
    public let wouldHaveOpenedCount: Int

    private enum CodingKeys: String, CodingKey {
        case name, state
        case failureCount = "failure_count"
        case callCount = "call_count"
        case failureRate = "failure_rate"
        case slowCallRate = "slow_call_rate"
        case lastFailureTime = "last_failure_time"
        case lastFailureType = "last_failure_type"
        case openedAt = "opened_at"
        case nextProbeAt = "next_probe_at"
        case nextProbeIn = "next_probe_in"
        case inFlight = "in_flight"
        case probesInFlight = "probes_in_flight"
        case probeSuccesses = "probe_successes"
        case rejectedCount = "rejected_count"
        case openedCount = "opened_count"
        case lateCount = "late_count"
        case wouldHaveOpenedCount = "would_have_opened_count"
    }

    /// The breaker keeps monotonic times only; the time of day is worked out from now.
    init(name: String, _ core: inout BreakerCore, now: MonotonicTime, date: Date) {
        let sums = core.sums(now: now)
        let hasRates = core.rules.window != .consecutive && sums.calls >= core.rules.minimumCalls
        func day(_ time: MonotonicTime?) -> Date? {
            time.map { date.addingTimeInterval(($0 - now).decimalSeconds) }
        }
        self.name = name
        state = core.state
        failureCount = sums.failures
        callCount = sums.calls
        failureRate = hasRates ? sums.failureRate : nil
        slowCallRate = hasRates ? sums.slowRate : nil
        lastFailureTime = day(core.lastFailure?.time)
        lastFailureType = core.lastFailure?.type
        openedAt = day(core.openedAt)
        nextProbeAt = day(core.nextProbe)
        nextProbeIn = core.nextProbe.map { max(.zero, $0 - now).decimalSeconds }
        inFlight = core.inFlight
        probesInFlight = core.probes.count
        probeSuccesses = core.state == .halfOpen ? core.round.calls - core.round.failures : 0
        rejectedCount = core.tally.rejected
        openedCount = core.tally.opened
        lateCount = core.tally.late
        wouldHaveOpenedCount = core.tally.wouldHaveOpened
    }
}
