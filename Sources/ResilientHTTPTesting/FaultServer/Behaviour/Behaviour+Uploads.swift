extension FaultServer {
    /// What becomes of an upload that was answered early; more kinds may be added.
    public struct EarlyAnswerEnding: Sendable {
        let steps: @Sendable () -> [Step]

        /// Goes on reading; the connection stays open for the next request.
        public static let keepsReading = EarlyAnswerEnding { [] }
        /// FIN at once. What still comes is discarded for `Configuration.closeGrace`, then it meets RST.
        public static let closes = EarlyAnswerEnding { [.close] }
        /// RST at once.
        public static let resets = EarlyAnswerEnding { [.reset] }
    }
}

extension FaultServer.Behaviour {
    /// Reads the request's body slowly, then answers.
    ///
    /// What came in one piece with the head is taken at once, and the kernel buffers more: see
    /// `Configuration.receiveBufferBytes`.
    ///
    /// - Parameters:
    ///   - bytes: how many bytes are read at a time, at least 1.
    ///   - interval: the pause after each; resolution 1 ms.
    ///   - answer: what follows when the body is complete.
    public static func slowRead(bytes: Int, every interval: Duration, then answer: Self = .ok) -> Self {
        answer.changed("slow_read_\(answer.name)") {
            $0.readPace = ReadPace(bytes: max(bytes, 1), interval: interval.clampedNanoseconds)
        }
    }

    /// Answers when the request's head has arrived, before the body has been read; no 100 is sent.
    ///
    /// - Parameters:
    ///   - answer: the answer. An `echo` has no body then.
    ///   - ending: whether the body is read afterwards.
    public static func early(_ answer: Self, then ending: FaultServer.EarlyAnswerEnding = .keepsReading) -> Self {
        answer.wrapped("early_\(answer.name)") { exchange, steps in steps(exchange) + ending.steps() }
            .changed("early_\(answer.name)") { $0.startsAtHead = true }
    }
}
