import ResilientHTTP

/// A matcher with what its requests get.
struct MockRule: Sendable {
    enum Script: Sendable {
        case sequence([MockAnswer])
        case perCall([MockAnswer])
        case closure(@Sendable (RecordedRequest) throws -> MockAnswer)
    }

    let matcher: RequestMatcher
    let script: Script
    /// How many answers of a sequence have been given.
    var used = 0

    init(matcher: RequestMatcher, script: Script) {
        self.matcher = matcher
        self.script = script
    }

    static func answer(_ index: Int, of answers: [MockAnswer]) -> MockAnswer {
        index < answers.count ? answers[index] : answers.last ?? .ok
    }
}
