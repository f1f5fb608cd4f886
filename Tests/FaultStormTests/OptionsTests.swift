import ExampleSupport
import Testing

@testable import FaultStorm

@Suite struct OptionsTests {
    @Test func theDefaultsNeedNoArguments() throws {
        let options = try Options([])
        #expect(options == Options())
        #expect(options.requests == 50_000)
        #expect(options.inFlight == 64)
        #expect(options.cancels)
        #expect(options.streamedPercent == 20)
    }

    @Test func everyOptionIsRead() throws {
        let options = try Options([
            "--transport", "urlsession", "--requests=600", "--seed", "7", "--in-flight", "8", "--behaviours",
            "ok,hang", "--no-cancel", "--json", "--streams", "50",
        ])
        #expect(options.transport == "urlsession")
        #expect(options.requests == 600)
        #expect(options.seed == 7)
        #expect(options.inFlight == 8)
        #expect(options.behaviours == ["ok", "hang"])
        #expect(!options.cancels)
        #expect(options.writesJSON)
        #expect(options.streamedPercent == 50)
        #expect(try Options(["--bare"]).isBare)
        #expect(try Options(["--compare"]).mode == .compare)
        #expect(try Options(["--list"]).mode == .list)
        #expect(try Options(["-h"]).mode == .help)
    }

    @Test(arguments: [
        (["--sead", "1"], "unknown argument --sead"),
        (["--seed"], "--seed needs a value"),
        (["--requests", "0"], "--requests needs a whole number from 1 to 10000000, not 0"),
        (["--streams", "101"], "--streams needs a whole number from 0 to 100, not 101"),
        (["--in-flight", "many"], "--in-flight needs a whole number from 1 to 1000, not many"),
        (
            ["--transport", "pigeon"],
            "--transport needs one of \(StormTransport.all.map(\.name).joined(separator: ", ")), not pigeon"
        ),
        (["--behaviours", "ok,wat"], "there is no behaviour wat; --list shows all"),
        (["--behaviours", "ok,ok"], "--behaviours needs different names"),
        (["--json=yes"], "--json takes no value"),
        (["--bare", "--compare"], "--compare runs both clients; leave --bare out"),
    ])
    func mistakesAreNamed(_ arguments: [String], _ message: String) {
        #expect(throws: UsageError(message)) { try Options(arguments) }
    }
}
