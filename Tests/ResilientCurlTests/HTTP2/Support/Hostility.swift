#if os(Linux)
import ResilientHTTP
import Testing

/// Something that a server does to a request, and what is to come of it.
struct Hostility: Sendable, CustomTestStringConvertible {
    /// What may come of it: the answer, or an error of one of these codes.
    struct Outcome: Sendable {
        var isAnswered = false
        var codes: [ResilientError.Code] = []

        static let answer = Outcome(isAnswered: true)
        /// libcurl shows what is wrong with a stream.
        static let wrong = Outcome(codes: [.protocolError])
        /// libcurl ends the connection itself, and some versions say no more than that there was no answer.
        static let broken = Outcome(codes: [.protocolError, .connectionLost])
        /// As above, and some versions see it only when more comes.
        static let brokenLater = Outcome(codes: broken.codes + [.attemptTimeout])
        static let lost = Outcome(codes: [.connectionLost])
        static let silent = Outcome(codes: [.attemptTimeout])
        /// The one as well as the other.
        static let tolerated = Outcome(isAnswered: true, codes: broken.codes)
    }

    let name: String
    let outcome: Outcome
    /// What the connection begins with, before a request.
    var greeting: [Move] = [.send(.settings())]
    /// What is done about the request's stream.
    let moves: @Sendable (UInt32) -> [Move]

    var testDescription: String { name }

    init(_ name: String, _ outcome: Outcome, _ moves: @escaping @Sendable (UInt32) -> [Move]) {
        (self.name, self.outcome, self.moves) = (name, outcome, moves)
    }

    /// For one that begins before a request.
    init(_ name: String, _ outcome: Outcome, greeting: [Move]) {
        self.init(name, outcome) { Move.answer($0) }
        self.greeting = greeting
    }
}
#endif
