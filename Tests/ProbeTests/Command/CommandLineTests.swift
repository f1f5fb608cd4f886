import Foundation
import Testing

@testable import Probe

@Suite(.timeLimit(.minutes(1))) struct CommandLineTests {
    @Test func helpShowsEveryOptionAndEveryOperation() async throws {
        let run = try await ProbeRun.run(Data(), ["--help"])
        #expect(run.status == 0)
        let text = run.lines.joined(separator: "\n")
        for option in ["--transport", "--grace", "--print-config", "--print-options", "--help"] {
            #expect(text.contains(option))
        }
        for operation in OperationRegistry.all where operation.name != "request" {
            #expect(text.contains("{\"op\":\"\(operation.name)\""), "\(operation.name)")
        }
        let keys = RequestOperation.keys + ScriptedAnswer.keys + ClientSettings.ownKeys
        for key in keys + BreakerSettings.keys + BreakerEvent.keys + LimiterSettings.keys {
            #expect(text.contains(key), "\(key)")
        }
    }

    @Test(arguments: [["--bogus"], ["--transport", "pigeon"]])
    func aMistakeIs64(_ arguments: [String]) async throws {
        let run = try await ProbeRun.run(Data(), arguments)
        #expect(run.status == 64)
        #expect(run.lines.isEmpty)
    }

    /// What is printed is the schema: complete, and accepted as it is.
    @Test func thePrintedConfigurationAndOptionsAreAccepted() async throws {
        let config = try await printed("--print-config")
        for key in ["base_url", "response_limit", "validation", "timeouts", "redirects", "retry", "pool", "order"] {
            #expect(config.keys.contains(key), "\(key)")
        }
        let options = try await printed("--print-options")
        for key in ["attempt_timeout", "total_timeout", "max_attempts", "idempotency_key", "tags"] {
            #expect(options.keys.contains(key), "\(key)")
        }
        let run = try await ProbeRun.run(
            [["id": 1, "config": config, "options": options, "url": "http://127.0.0.1/"]],
            ["--transport=mock"]
        )
        #expect(try run.answer(1)["status"] as? Int == 200)
        let same = try await ProbeRun.run(
            [
                ["id": 1, "config": "recommended", "url": "http://127.0.0.1/"],
                ["id": 2, "config": config, "url": "http://127.0.0.1/"],
            ],
            ["--transport=mock"]
        )
        #expect(try same.answer(2)["status"] as? Int == 200, "the printed configuration is not the recommended one")
    }

    private func printed(_ option: String) async throws -> [String: Any] {
        let run = try await ProbeRun.run(Data(), [option])
        #expect(run.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(run.lines.joined(separator: "\n").utf8))
        return try #require(object as? [String: Any])
    }

    @Test func noInputIsNoOutput() async throws {
        let run = try await ProbeRun.run(Data())
        #expect(run.status == 0)
        #expect(run.lines.isEmpty)
    }
}
