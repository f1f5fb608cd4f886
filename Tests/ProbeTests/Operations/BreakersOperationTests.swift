import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct BreakersOperationTests {
    @Test func everyBreakerOfAClientByItsKey() async throws {
        let config: [String: Any] = [
            "preset": "passthrough", "clock": "manual", "mock": [["status": 503, "after_s": 1]],
            "circuit_breaker": ["failure_threshold": 2, "recovery_timeout": 30],
        ]
        let run = try await ProbeRun.run([
            ["id": 1, "client": "a", "config": config, "url": "http://a.example/1"],
            ["id": 2, "client": "a", "url": "http://a.example/2"],
            ["id": 3, "client": "a", "url": "http://b.example/"],
            ["id": 4, "op": "breakers", "client": "a"],
            ["id": 5, "op": "advance", "client": "a", "seconds": 11],
            ["id": 6, "client": "a", "url": "http://a.example/3"],
            ["id": 7, "op": "breakers", "client": "a"],
        ])
        #expect(try run.code(6) == "circuit_open")
        let before = try #require(try run.answer(4)["breakers"] as? [String: [String: Any]])
        #expect(before.keys.sorted() == ["http://a.example", "http://b.example"])
        #expect(before["http://a.example"]?["in_flight"] as? Int == 2)
        let after = try #require(try run.answer(7)["breakers"] as? [String: [String: Any]])
        let open = try #require(after["http://a.example"])
        #expect(open["state"] as? String == "open")
        #expect(open["failure_count"] as? Int == 2 && open["rejected_count"] as? Int == 1)
        #expect(open["last_failure_type"] as? String == "status_503")
        #expect(open["next_probe_in"] as? Double == 20)
        // Unix time; the manual clock begins with 2026.
        #expect(open["opened_at"] as? Double == 1_767_225_601)
        #expect(after["http://b.example"]?["state"] as? String == "closed")
        #expect(after["http://b.example"]?["failure_count"] as? Int == 1)
    }

    @Test func withoutABreakerThereIsNoneAndWithoutAClientAnError() async throws {
        let run = try await ProbeRun.run(
            [
                ["id": 1, "client": "a", "config": "passthrough", "url": "http://a.example/"],
                ["id": 2, "op": "breakers", "client": "a"], ["id": 3, "op": "breakers", "client": "b"],
                ["id": 4, "op": "breakers", "client": "a", "config": "passthrough"],
            ],
            ["--transport=mock"]
        )
        #expect((try run.answer(2)["breakers"] as? [String: Any])?.isEmpty == true)
        #expect(try [3, 4].map { try run.code($0) } == ["invalid_request", "invalid_request"])
    }
}
