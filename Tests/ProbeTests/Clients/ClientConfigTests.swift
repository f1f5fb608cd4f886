import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ClientConfigTests {
    private let url = "http://127.0.0.1/"

    @Test func aClientKeepsTheConfigOfItsFirstLine() async throws {
        let run = try await ProbeRun.run(
            [
                ["id": 1, "client": "a", "config": "retry", "url": url],
                ["id": 2, "client": "a", "url": url, "options": ["max_attempts": 2]],
                ["id": 3, "client": "a", "config": ["preset": "retry"], "url": url],
                ["id": 4, "client": "a", "config": "passthrough", "url": url],
                // Neither the name "a" nor one that was refused is taken by others.
                ["id": 5, "client": ["a"], "config": "passthrough", "url": url],
                ["id": 6, "client": "b", "config": ["bogus": 1], "url": url],
                ["id": 7, "client": "b", "config": "passthrough", "url": url],
            ],
            ["--transport=mock"]
        )
        #expect(try [1, 2, 3, 5, 7].map { try run.answer($0)["status"] as? Int } == [200, 200, 200, 200, 200])
        #expect(try run.code(4) == "configuration")
        #expect(try run.code(6) == "configuration")
    }

    @Test func presetsDifferInWhatTheyDo() async throws {
        let mock: [[String: Any]] = [["status": 302, "headers": [["Location", "/b"]]], ["status": 503], [:]]
        let fast: [String: Any] = ["backoff": ["kind": "none"]]
        let run = try await ProbeRun.run([
            ["id": 1, "client": 1, "url": url, "config": ["preset": "passthrough", "mock": mock]],
            ["id": 2, "client": 2, "url": url, "config": ["preset": "recommended", "mock": mock, "retry": fast]],
            [
                "id": 3, "client": 3, "url": url,
                "config": ["preset": "retry", "mock": Array(mock.dropFirst()), "retry": fast],
            ],
            ["id": 4, "client": 4, "url": url, "config": ["mock": mock, "retry": fast]],
            ["id": 5, "client": 5, "url": url, "config": ["preset": "cache", "mock": mock]],
            ["id": 6, "client": 6, "url": url, "config": "none"],
        ])
        #expect(try (1...5).map { try run.answer($0)["status"] as? Int } == [302, 200, 200, 200, 302])
        #expect(try (1...5).map { try run.answer($0)["attempts"] as? Int } == [1, 3, 2, 3, 1])
        #expect(try run.code(6) == "configuration")
    }

    @Test func whatIsWrongInAConfigIsNamed() async throws {
        let wrong: [(Any, String)] = [
            (["retry": ["max_attempts": 0], "bogus": true], "config.bogus"),
            (["retry": ["max_attempts": 0], "bogus": true], "config.retry.max_attempts"),
            (["transport": "pigeon"], "pigeon"),
            (["clock": "sundial"], "sundial"),
            (["clock": 1], "config.clock"),
            (["mock": [["status": 99]]], "config.mock.0.status"),
            (["mock": [["stat": 200]]], "config.mock.0.stat"),
            (["mock": [["error": "boredom"]]], "boredom"),
            (["mock": [["error": "connection_lost", "status": 200]]], "config.mock.0.error"),
            (["mock": [[:]], "transport": "urlsession"], "config.mock"),
            (["seed": -1], "config.seed"),
            (["preset": 3], "config.preset"),
            (7, "config is a number"),
        ]
        let run = try await ProbeRun.run(
            wrong.enumerated().map { ["id": $0, "client": $0, "config": $1.0, "url": url] }
        )
        for (id, (_, text)) in wrong.enumerated() {
            let error = try #require(try run.answer(id)["error"] as? [String: Any])
            #expect(["configuration", "invalid_request", "unsupported"].contains(error["code"] as? String))
            #expect((error["message"] as? String)?.contains(text) == true, "\(error)")
        }
    }

    @Test func aClosedClientsNameIsFree() async throws {
        let run = try await ProbeRun.run([
            ["id": 1, "client": "a", "config": ["mock": [["hang": true]], "clock": "manual"], "url": url],
            ["id": 2, "op": "close", "client": "a"],
            ["id": 3, "op": "close", "client": "a"],
            ["id": 4, "client": "a", "config": ["mock": [["status": 204]]], "url": url],
        ])
        #expect(try run.code(1) == "client_closed")
        #expect(try run.answer(2)["closed"] as? Bool == true)
        #expect(try run.code(3) == "invalid_request")
        #expect(try run.answer(4)["status"] as? Int == 204)
    }
}
