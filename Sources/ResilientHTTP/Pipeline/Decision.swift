/// One decision of one stage.
public struct Decision: Sendable, CustomStringConvertible {
    /// The stage that decided.
    public let stage: StageName
    /// What it decided.
    public let outcome: Outcome

    /// Makes a decision.
    public init(stage: StageName, outcome: Outcome) {
        self.stage = stage
        self.outcome = outcome
    }

    /// Stage and outcome on one line.
    public var description: String { "\(stage): \(outcome)" }

    /// What a stage decided.
    ///
    /// Texts are made only when somebody reads them; deciding costs a few nanoseconds.
    public struct Outcome: Sendable, CustomStringConvertible {
        private enum Kind: Sendable {
            case passed
            case bounded(nanoseconds: Int64)
            case waiting(Wait)
            case ended(String)
            case redirected(ClientResponse.Status, RequestTarget)
            case note(String)
        }

        /// A wait is rare beside a pass, so its details are boxed and do not widen every decision.
        private final class Wait: Sendable {
            let delay: Duration
            let source: DelaySource
            let reason: String
            let left: Double?

            init(delay: Duration, source: DelaySource, reason: String, left: Double?) {
                self.delay = delay
                self.source = source
                self.reason = reason
                self.left = left
            }
        }

        private let kind: Kind

        /// Nothing was in the way.
        public static let passed = Outcome(kind: .passed)

        /// What follows must end within a time.
        public static func bounded(_ timeout: Duration) -> Outcome {
            bounded(nanoseconds: timeout.saturatedNanoseconds)
        }

        /// The same, for what every call decides: arithmetic on `Duration` is done in 128 bits.
        static func bounded(nanoseconds: Int64) -> Outcome {
            Outcome(kind: .bounded(nanoseconds: nanoseconds))
        }

        /// The stage waits before it goes on: how long, who asked for it, why, and what is left in its bucket.
        public static func waiting(
            _ delay: Duration,
            source: DelaySource,
            reason: String,
            left: Double? = nil
        ) -> Outcome {
            Outcome(kind: .waiting(Wait(delay: delay, source: source, reason: reason, left: left)))
        }

        /// The stage ended the call or handed the answer on as final, and why.
        public static func ended(_ reason: String) -> Outcome {
            Outcome(kind: .ended(reason))
        }

        /// The call goes on to where a response has redirected it.
        static func redirected(_ status: ClientResponse.Status, to target: RequestTarget) -> Outcome {
            Outcome(kind: .redirected(status, target))
        }

        /// Anything else worth knowing.
        public static func note(_ text: String) -> Outcome {
            Outcome(kind: .note(text))
        }

        /// The delay, for a wait.
        public var delay: Duration? {
            if case .waiting(let wait) = kind { wait.delay } else { nil }
        }

        /// Where the delay came from, for a wait.
        public var delaySource: DelaySource? {
            if case .waiting(let wait) = kind { wait.source } else { nil }
        }

        /// What was left in the stage's bucket, for a wait on a budget or limit.
        public var left: Double? {
            if case .waiting(let wait) = kind { wait.left } else { nil }
        }

        /// The outcome in words.
        public var description: String {
            switch kind {
            case .passed:
                return "passed"
            case .bounded(let nanoseconds):
                return "at most \(Duration.nanoseconds(nanoseconds).decimalSeconds) s"
            case .waiting(let wait):
                let left = wait.left.map { ", \($0) left" } ?? ""
                return "waits \(wait.delay.decimalSeconds) s (\(wait.source.rawValue)): \(wait.reason)\(left)"
            case .ended(let reason):
                return "ended: \(reason)"
            case .redirected(let status, let target):
                return "\(status) to \(Redactor.standard.redact(target.url))"
            case .note(let text):
                return text
            }
        }
    }
}

/// Who determined a delay.
public struct DelaySource: Sendable, Hashable, RawRepresentable {
    /// The name as it stands in JSON.
    public let rawValue: String

    /// Makes a source of one's own.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The client's own backoff formula.
    public static let backoff = Self(rawValue: "backoff")
    /// The server: `Retry-After` and its relatives.
    public static let server = Self(rawValue: "server")
}
