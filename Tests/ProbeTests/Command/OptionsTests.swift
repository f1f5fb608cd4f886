import Testing

@testable import Probe

@Suite struct OptionsTests {
    @Test func defaults() throws {
        let options = try Options([])
        #expect(options.task == .lines)
        #expect(options.transport == .urlsession)
        #expect(options.grace == .seconds(60))
    }

    @Test func valuesFollowTheirOptionOrAnEqualsSign() throws {
        let options = try Options(["--transport", "mock", "--grace=0.5"])
        #expect(options.transport == .mock)
        #expect(options.grace == .milliseconds(500))
    }

    @Test(arguments: [
        ["--transport"], ["--transport="], ["--transport", "udp"], ["--grace", "-1"], ["--grace", "nan"],
        ["--grace", "1e9"], ["--help=x"], ["--print-config=1"], ["--bogus"], ["x"], [""],
    ])
    func whatCannotBeUnderstoodIsRefused(_ arguments: [String]) {
        #expect(throws: UsageError.self) { try Options(arguments) }
    }
}
