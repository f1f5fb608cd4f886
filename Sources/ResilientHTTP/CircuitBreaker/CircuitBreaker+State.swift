extension CircuitBreaker {
    /// What a breaker does with calls. The raw values stand in JSON.
    public enum State: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
        /// Calls pass and are counted.
        case closed
        /// Calls are refused until the open time is over.
        case open
        /// A few calls pass as probes, which decide between closed and open.
        case halfOpen = "half_open"
        /// Calls are refused until somebody says otherwise.
        case forcedOpen = "forced_open"
        /// Calls pass and are counted, and nothing opens the breaker until somebody says otherwise.
        case forcedClosed = "forced_closed"
        /// Calls pass and are not counted.
        case disabled
        /// Calls pass and are counted; that the breaker would have opened is counted too.
        case metricsOnly = "metrics_only"

        /// The name as it stands in JSON.
        public var description: String { rawValue }
    }

    /// How a call ended.
    public enum Outcome: Sendable, Hashable {
        /// The service did what it was asked.
        case success
        /// The service is ill: it failed, or did not answer. `type` is a name with few distinct values for status and
        /// logs, such as `status_503`.
        case failure(type: String? = nil)
        /// Nothing is known about the service: the caller cancelled, a local limit refused, the request was wrong.
        case neutral
    }

    /// Why a breaker changed its state.
    public struct Reason: Sendable, Hashable, RawRepresentable, CustomStringConvertible, Codable {
        /// The name as it stands in JSON: snake_case.
        public let rawValue: String

        /// Makes a reason of one's own.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The name as it stands in JSON.
        public var description: String { rawValue }

        /// So many failures in a row.
        public static let failures = Self(rawValue: "failures")
        /// The share of failures.
        public static let failureRate = Self(rawValue: "failure_rate")
        /// The share of slow calls.
        public static let slowCalls = Self(rawValue: "slow_calls")
        /// The open time is over.
        public static let recoveryTimeout = Self(rawValue: "recovery_timeout")
        /// A probe failed, was too slow, or the rates of the probes were too high.
        public static let probeFailed = Self(rawValue: "probe_failed")
        /// The probes did not end in time.
        public static let probeTimeout = Self(rawValue: "probe_timeout")
        /// Enough probes succeeded.
        public static let probesSucceeded = Self(rawValue: "probes_succeeded")
        /// Another process says so, through the store.
        public static let shared = Self(rawValue: "shared")
        /// Somebody said so.
        public static let manual = Self(rawValue: "manual")
    }

    /// A change of state.
    public struct Transition: Sendable, Hashable {
        /// The name of the breaker.
        public let breaker: String
        /// The state that ended.
        public let from: State
        /// The state that began.
        public let to: State
        /// Why.
        public let reason: Reason
        /// When, on the clock of the breaker's runtime.
        public let time: MonotonicTime
        /// For a change to open: how long it will stay open.
        public let openFor: Duration?
    }
}
