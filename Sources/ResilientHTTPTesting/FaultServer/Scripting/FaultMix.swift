import ResilientHTTP

extension FaultServer {
    /// Faults with weights, chosen by a pure hash, so that a run can be repeated from its seed whatever the order of
    /// arrival.
    ///
    /// ```swift
    /// server.script(seed: 42, mix: .recoverable(withinAttempts: 4))
    /// ```
    public struct FaultMix: Sendable {
        /// A behaviour and how often it comes, relative to the other weights.
        public struct Entry: Sendable {
            /// How often, relative to the other entries. Zero or less means never.
            public var weight: Int
            /// What the request gets.
            public var behaviour: Behaviour

            /// Makes an entry.
            public init(weight: Int, _ behaviour: Behaviour) {
                self.weight = weight
                self.behaviour = behaviour
            }
        }

        /// The behaviours to choose from.
        public var entries: [Entry]
        /// What attempts from number `attempts` on get.
        public var success: Behaviour
        /// How many attempts of a request may meet the entries; the next one succeeds. `nil`: all of them.
        public var attempts: Int?

        /// Makes a mix.
        public init(_ entries: [Entry], attempts: Int? = nil, success: Behaviour = .ok) {
            self.entries = entries
            self.attempts = attempts
            self.success = success
        }

        /// Faults that a client can get over by trying again: resets, closes, truncated bodies, 503, 429 with
        /// `Retry-After: 0` and short delays, mixed with successes. The attempt `withinAttempts - 1` (from 0) and
        /// later ones always succeed.
        public static func recoverable(withinAttempts limit: Int = 4, success: Behaviour = .ok) -> FaultMix {
            FaultMix(
                [
                    Entry(weight: 6, success),
                    Entry(weight: 2, success.delayed(.milliseconds(5))),
                    Entry(weight: 2, .unavailable()),
                    Entry(weight: 2, .tooManyRequests(retryAfterSeconds: 0)),
                    Entry(weight: 1, .resetBeforeHead()),
                    Entry(weight: 1, .resetBeforeHead(readingBody: false)),
                    Entry(weight: 1, .resetAfterHead()),
                    Entry(weight: 1, .resetInBody()),
                    Entry(weight: 1, .closeWithoutAnswer),
                    Entry(weight: 1, .truncatedBody()),
                    Entry(weight: 1, .truncatedChunks()),
                    Entry(weight: 1, .closedAfterAnswer("ok")),
                ],
                attempts: max(limit - 1, 0),
                success: success
            )
        }

        /// What a request gets: a pure function of its arguments.
        ///
        /// - Parameters:
        ///   - path: the request's path without query.
        ///   - key: the value of `X-Request-Key`, if there is one.
        ///   - attempt: how many requests with that path and key came before.
        ///   - seed: the run's seed.
        public func behaviour(path: String, key: String? = nil, attempt: Int, seed: UInt64) -> Behaviour {
            if let attempts, attempt >= attempts { return success }
            let total = entries.reduce(0) { $0 + max($1.weight, 0) }
            guard total > 0 else { return success }
            let name = FNV1a.hash(Array("\(path)\n\(key ?? "")".utf8))
            let request = SeededRandomSource(seed: seed ^ name).next()
            let choice = SeededRandomSource(seed: request &+ UInt64(bitPattern: Int64(attempt))).next()
            var rest = Int(choice % UInt64(total))
            for entry in entries where entry.weight > 0 {
                if rest < entry.weight { return entry.behaviour }
                rest -= entry.weight
            }
            return success
        }
    }
}
