import ResilientHTTP

/// A matcher with what its requests get.
struct MockRule: Sendable {
    enum Script: Sendable {
        case sequence([MockAnswer])
        case perCall([MockAnswer])
        case closure(@Sendable (RecordedRequest) -> MockAnswer)
    }

    let matcher: RequestMatcher
    let script: Script
    private var used = 0

    init(matcher: RequestMatcher, script: Script) {
        self.matcher = matcher
        self.script = script
    }

    mutating func next(for request: RecordedRequest, context: RequestContext) -> MockAnswer {
        switch script {
        case .sequence(let answers):
            defer { used += 1 }
            return Self.answer(used, of: answers)
        case .perCall(let answers):
            return Self.answer(context.call.attempts.count, of: answers)
        case .closure(let answer):
            return answer(request)
        }
    }

    private static func answer(_ index: Int, of answers: [MockAnswer]) -> MockAnswer {
        index < answers.count ? answers[index] : answers.last ?? .ok
    }
}
