extension FaultServer {
    /// What a request gets: which bytes, when, and how the connection ends.
    ///
    /// Behaviours are made by the static factories and combined by the modifiers:
    ///
    /// ```swift
    /// server.script("/orders", [.resetBeforeHead(), .unavailable().delayed(.milliseconds(50)), .ok.closing])
    /// ```
    ///
    /// Unless a factory says otherwise, the answer begins when the whole request has arrived, and the connection
    /// stays open for the next one. Answers to HEAD, and those with 204 and 304, have no body.
    public struct Behaviour: Sendable, CustomStringConvertible {
        struct ReadPace {
            let bytes: Int
            let interval: UInt64
        }

        /// What it is counted under, in snake_case: for example `"status_503"`.
        public internal(set) var name: String
        /// Whether URLSession on Linux (Swift 6.3.1) outlives it. `false` for response trailers and for a close
        /// within the response head, which end the client's process.
        public internal(set) var isSurvivableByURLSession = true
        /// Whether the answer begins when the head has arrived, without waiting for the body.
        var startsAtHead = false
        /// Whether the connection is closed after the answer.
        var closes = false
        /// How slowly the body is read.
        var readPace: ReadPace?
        let steps: @Sendable (Exchange) -> [Step]

        /// The name.
        public var description: String { name }

        init(_ name: String, _ steps: @escaping @Sendable (Exchange) -> [Step]) {
            self.name = name
            self.steps = steps
        }

        /// The same, so much later. Counted from when the answer would begin; resolution 1 ms.
        ///
        /// A peer that closes meanwhile is not answered; the connection ends at once.
        public func delayed(_ delay: Duration) -> Behaviour {
            wrapped("\(name)_delayed") { exchange, steps in
                [.pause(delay.clampedNanoseconds)] + steps(exchange)
            }
        }

        /// The same with `Connection: close`, then FIN.
        public var closing: Behaviour {
            changed("\(name)_closing") { $0.closes = true }
        }

        /// The same without `Connection: close`, then FIN: the client learns of it only by the FIN.
        public var closingSilently: Behaviour {
            wrapped("\(name)_closing_silently") { exchange, steps in steps(exchange) + [.close] }
        }

        /// The same, under another name for the counters.
        public func named(_ name: String) -> Behaviour {
            changed(name) { _ in }
        }

        func changed(_ name: String, _ change: (inout Behaviour) -> Void) -> Behaviour {
            var copy = self
            copy.name = name
            change(&copy)
            return copy
        }

        /// A behaviour of the same properties whose steps are made from this one's.
        func wrapped(
            _ name: String,
            _ wrap: @escaping @Sendable (Exchange, _ steps: @Sendable (Exchange) -> [Step]) -> [Step]
        ) -> Behaviour {
            var copy = Behaviour(name) { [steps] in wrap($0, steps) }
            copy.isSurvivableByURLSession = isSurvivableByURLSession
            copy.startsAtHead = startsAtHead
            copy.closes = closes
            copy.readPace = readPace
            return copy
        }
    }
}
