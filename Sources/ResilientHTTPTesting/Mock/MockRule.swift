import ResilientHTTP

/// A matcher with what its requests get.
struct MockRule: Sendable {
    enum Script: Sendable {
        case sequence([MockAnswer])
        case perCall([MockAnswer])
    }

    let matcher: RequestMatcher
    /// The test's own code; it counts instead of the script.
    let closure: (@Sendable (RecordedRequest) throws -> MockAnswer)?
    private let script: Script
    private var used = 0

    init(matcher: RequestMatcher, script: Script) {
        self.matcher = matcher
        self.script = script
        closure = nil
    }

    init(matcher: RequestMatcher, closure: @escaping @Sendable (RecordedRequest) throws -> MockAnswer) {
        self.matcher = matcher
        self.closure = closure
        script = .sequence([])
    }

    mutating func next(context: RequestContext) -> MockAnswer {
        switch script {
        case .sequence(let answers):
            defer { used += 1 }
            return Self.answer(used, of: answers)
        case .perCall(let answers):
            return Self.answer(context.call.attempts.count, of: answers)
        }
    }

    private static func answer(_ index: Int, of answers: [MockAnswer]) -> MockAnswer {
        index < answers.count ? answers[index] : answers.last ?? .ok
    }
}
