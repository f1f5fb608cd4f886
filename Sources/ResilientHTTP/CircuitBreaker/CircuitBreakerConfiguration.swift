/// When a circuit breaker opens, how long it stays open, and what closes it again.
///
/// The plain one counts consecutive failures: five in a row open it for a minute, then at most three probes at a time
/// are let through, and three that succeed close it. A client uses ``recommended`` unless told otherwise, which judges by
/// a failure rate.
///
/// ```swift
/// configuration.circuitBreaker = .recommended.with { $0.minimumCalls = 50 }
/// configuration.circuitBreaker = CircuitBreakerConfiguration(failureThreshold: 10, recoveryTimeout: .seconds(120))
/// configuration.circuitBreaker = .time(.seconds(60), failureRate: 0.5, minimumCalls: 100)
/// ```
public struct CircuitBreakerConfiguration: ConfigurationSection {
    /// What is counted. Default: ``Window/consecutive``.
    public var window = Window.consecutive { didSet { isWindowSuggested = false } }
    /// Consecutive: so many failures in a row open the breaker. Default: 5, range: 1 to 1,000,000.
    ///
    /// Setting it in ``recommended`` makes that count consecutive failures, unless ``window`` is set, too.
    public var failureThreshold = 5 { didSet { if isWindowSuggested { countConsecutive() } } }
    /// Count: the number of calls that are looked back on. Default: 100, range: 1 to 100,000.
    public var windowSize = 100
    /// Time: how far is looked back. Default: 60 s.
    public var windowTime: Duration = .seconds(60)
    /// Count and time: the share of failures, from above 0 to 1, at which the breaker opens. Default: 0.5.
    public var failureRate = 0.5
    /// Count and time: the share of slow calls, from above 0 to 1, at which the breaker opens; nil for never. Default:
    /// nil.
    public var slowCallRate: Double?
    /// Calls that take longer than this are slow, whatever their outcome. Default: 60 s. Without effect unless
    /// ``slowCallRate`` is set.
    public var slowCallDuration: Duration = .seconds(60)
    /// Count and time: rates mean nothing below so many calls. Default: 10, range: 1 to 100,000. Above the size of a
    /// count window it is read as that size, with a warning (``Dependencies/onWarning``).
    public var minimumCalls = defaultMinimumCalls

    /// How long the breaker stays open before it lets a probe through. Default: 60 s.
    public var recoveryTimeout: Duration = defaultRecoveryTimeout
    /// What each re-opening by a failed probe multiplies the open time with; it is back at ``recoveryTimeout`` after
    /// the breaker has closed. Default: 1, range: 1 to 1000.
    public var recoveryFactor = 1.0
    /// The longest open time that growing leads to. Default: 600 s.
    public var maxRecoveryTimeout: Duration = defaultMaxRecoveryTimeout
    /// Stays open at least as long as the server asked for with `Retry-After` and its relatives, unless a success has
    /// come since it did. Default: true.
    public var heedsServer = true
    /// The longest time that a server is heeded for; a longer one counts as this. Default: 300 s.
    public var maxServerDelay: Duration = .seconds(300)

    /// Half-open: the most probes in flight at the same time. Default: 3, range: 1 to 1000.
    public var halfOpenMaxCalls = 3
    /// Half-open: so many successful probes close the breaker. Default: 3, range: 1 to 100,000.
    public var successThreshold = 3
    /// Half-open: a probe that has not ended after this time is given up: the breaker opens again, and a later end of
    /// that probe moves nothing. Default: 60 s; keep it above the attempt timeout.
    public var halfOpenTimeout: Duration = .seconds(60)
    /// Half-open: what decides. Default: ``ProbeRule/firstFailure``.
    public var probeRule = ProbeRule.firstFailure

    /// The statuses that count as failures; nil for the standard: 5xx. Range of each: 400 to 599.
    public var failureStatuses: Set<Int>?
    /// Whether 429 counts as a failure. Default: false: a limit that was hit says that the service is well.
    public var countsThrottling = false
    /// What the other 4xx are. Default: ``ClientErrors/neutral``.
    public var clientErrors = ClientErrors.neutral

    /// The most keys of which a breaker is kept; beyond it those go that were unused for longest, closed ones first.
    /// Default: 1024, range: 1 to 1,000,000.
    public var keyLimit = 1024
    /// The longest that a call waits for a ``CircuitBreakerStore``; then the state of this process decides. Default:
    /// 0.05 s. Without effect without a store.
    public var storeTimeout: Duration = .milliseconds(50)

    /// Set when a file gives `recovery_timeout` and its alias `reset_timeout` and they differ.
    private var hasTwoRecoveryTimeouts = false
    /// Whether nobody has chosen the window: it gives way to what is set instead.
    private var isWindowSuggested: Bool {
        get { suggestion.isOpen }
        set { suggestion.isOpen = newValue }
    }
    private var suggestion = Suggestion()

    /// No part of what a configuration is: two with the same settings are equal.
    private struct Suggestion: Equatable {
        var isOpen = false

        static func == (left: Suggestion, right: Suggestion) -> Bool { true }
    }

    /// What is counted.
    public enum Window: String, Sendable, Codable {
        /// Failures in a row; a success starts anew.
        case consecutive
        /// The last so many calls.
        case count
        /// The calls of the last so many seconds.
        case time
    }

    /// What decides while half-open.
    public enum ProbeRule: String, Sendable, Codable {
        /// The first probe that fails opens the breaker again, and so does a slow one where slow calls count. So many
        /// successes as ``CircuitBreakerConfiguration/successThreshold`` says close it.
        case firstFailure = "first_failure"
        /// So many probes as ``CircuitBreakerConfiguration/successThreshold`` says (or
        /// ``CircuitBreakerConfiguration/minimumCalls``, if that is less) are let through, and when all have ended their
        /// rates decide, with the thresholds of the window.
        case rate
    }

    /// What a 4xx is that does not count as a failure.
    public enum ClientErrors: String, Sendable, Codable {
        /// Neither a success nor a failure: the request was wrong.
        case neutral
        /// A success: the service is there and answers. For services that answer 404 to most of what they are asked.
        case success
    }

    static let defaultMinimumCalls = 10
    static let defaultRecoveryTimeout: Duration = .seconds(60)
    static let defaultMaxRecoveryTimeout: Duration = .seconds(600)

    /// Makes the default: five failures in a row.
    public init() {}

    /// Makes a breaker that counts consecutive failures; what is not given is at its default.
    public init(
        failureThreshold: Int,
        recoveryTimeout: Duration = .seconds(60),
        successThreshold: Int = 3,
        halfOpenMaxCalls: Int = 3
    ) {
        self.failureThreshold = failureThreshold
        self.recoveryTimeout = recoveryTimeout
        self.successThreshold = successThreshold
        self.halfOpenMaxCalls = halfOpenMaxCalls
    }

    /// A breaker that opens when the share of failures among the last so many calls reaches a rate.
    public static func count(_ size: Int, failureRate: Double = 0.5, minimumCalls: Int = 10)
        -> CircuitBreakerConfiguration
    {
        var configuration = CircuitBreakerConfiguration()
        configuration.window = .count
        configuration.windowSize = size
        configuration.failureRate = failureRate
        configuration.minimumCalls = minimumCalls
        return configuration
    }

    /// A breaker that opens when the share of failures among the calls of a time reaches a rate.
    public static func time(_ time: Duration, failureRate: Double = 0.5, minimumCalls: Int = 10)
        -> CircuitBreakerConfiguration
    {
        var configuration = CircuitBreakerConfiguration()
        configuration.window = .time
        configuration.windowTime = time
        configuration.failureRate = failureRate
        configuration.minimumCalls = minimumCalls
        return configuration
    }

    /// A copy with changes.
    public func with(_ change: (inout CircuitBreakerConfiguration) -> Void) -> CircuitBreakerConfiguration {
        var copy = self
        change(&copy)
        return copy
    }

    /// Lets a failure threshold that is set later take the window's place.
    mutating func suggestWindow() {
        isWindowSuggested = true
    }

    private mutating func countConsecutive() {
        window = .consecutive
        probeRule = .firstFailure
    }

    /// The other name of ``recoveryTimeout`` in files; read only, so that it is not written a second time.
    var resetTimeout: Duration? {
        get { nil }
        set {
            guard let newValue else { return }
            hasTwoRecoveryTimeouts = recoveryTimeout != newValue && recoveryTimeout != Self.defaultRecoveryTimeout
            recoveryTimeout = newValue
        }
    }

    /// What no single field can see.
    package var contradictions: [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        func add(_ path: String, _ message: String) {
            problems.append(ConfigurationProblem(path: path, message: message))
        }
        if hasTwoRecoveryTimeouts {
            add("reset_timeout", "is another name of recovery_timeout, which has another value; leave one out")
        }
        if window == .consecutive, slowCallRate != nil {
            add("slow_call_rate", "needs a window: set window to count or time")
        }
        if window == .consecutive, probeRule == .rate {
            add("probe_rule", "rates need a window: set window to count or time")
        }
        // Growing has no room then; a cap that nobody chose gives way.
        let caps = [Self.defaultMaxRecoveryTimeout, Self.recommended.maxRecoveryTimeout]
        if recoveryFactor > 1, maxRecoveryTimeout < recoveryTimeout, !caps.contains(maxRecoveryTimeout) {
            add(
                "max_recovery_timeout",
                "\(maxRecoveryTimeout.decimalSeconds) s is below the recovery timeout of "
                    + "\(recoveryTimeout.decimalSeconds) s, from which it is to grow"
            )
        }
        return problems
    }
}
