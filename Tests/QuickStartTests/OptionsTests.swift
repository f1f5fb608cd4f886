import ExampleSupport
import Foundation
import Testing

@testable import QuickStart

@Suite struct OptionsTests {
    @Test func theDefaultsNeedNoArguments() throws {
        let options = try Options([])
        #expect(options == Options())
        #expect(options.requests >= 200)
        #expect(options.retries)
    }

    @Test func everyOptionIsRead() throws {
        let options = try Options([
            "--url", "http://localhost:8080/a?b=c", "--seed=7", "--requests", "40", "--json", "--no-retry",
            "--transport", "curl",
        ])
        #expect(options.url == URL(string: "http://localhost:8080/a?b=c"))
        #expect(options.seed == 7)
        #expect(options.requests == 40)
        #expect(options.writesJSON)
        #expect(options.transport == .curl)
        #expect(!options.retries)
        #expect(try Options(["-h"]).wantsHelp)
    }

    @Test(arguments: [
        (["--sead", "1"], "unknown argument --sead"),
        (["x"], "unknown argument x"),
        (["--seed"], "--seed needs a value"),
        (["--seed="], "--seed needs a value"),
        (["--seed", "-1"], "--seed needs a whole number from 0, not -1"),
        (["--requests", "0"], "--requests needs a whole number from 1 to 100000, not 0"),
        (["--requests", "many"], "--requests needs a whole number from 1 to 100000, not many"),
        (["--url", "ftp://example.com"], "--url needs an absolute http or https URL, not ftp://example.com"),
        (["--url", "example.com"], "--url needs an absolute http or https URL, not example.com"),
        (["--transport", "pigeon"], "--transport needs urlsession or curl, not pigeon"),
        (["--json=yes"], "--json takes no value"),
    ])
    func mistakesAreNamed(_ arguments: [String], _ message: String) {
        #expect(throws: UsageError(message)) { try Options(arguments) }
    }
}
