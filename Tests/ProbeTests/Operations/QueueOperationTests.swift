import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct QueueOperationTests {
    private func push(_ id: Any, _ priority: Int) -> [String: Any] {
        ["op": "push", "id": id, "priority": priority]
    }

    private let pop: [String: Any] = ["op": "pop"]

    private func replay(_ config: [String: Any], _ ops: [[String: Any]]) async throws -> (pops: [Int?], refused: [Int])
    {
        let run = try await ProbeRun.run([["id": 1, "op": "queue", "config": config, "ops": ops]])
        #expect(run.status == 0)
        let answer = try run.answer(1)
        let pops = try #require(answer["results"] as? [Any], "\(run.lines)")
        let refused = try #require(answer["refused"] as? [[String: Any]])
        #expect(refused.allSatisfy { $0["error"] as? String == "queue_full" })
        return (pops.map { $0 as? Int }, refused.compactMap { $0["id"] as? Int })
    }

    @Test func theHigherNumberGoesFirstAndAnEmptyQueueGivesNothing() async throws {
        let (pops, refused) = try await replay(
            [:],
            [
                pop, push(1, 0), push(2, -5), push(3, 7), push(4, 7), pop, pop, push(5, 7), pop, pop, pop, pop,
                push(6, 0), pop,
            ]
        )
        #expect(pops == [nil, 3, 4, 5, 1, 2, nil, 6])
        #expect(refused == [])
    }

    @Test(arguments: [("reject_newest", [2, 1], [3]), ("drop_lowest", [3, 2], [1])])
    func aFullQueueRefuses(overflow: String, pops: [Int], refused: [Int]) async throws {
        let result = try await replay(
            ["capacity": 2, "overflow": overflow],
            [push(1, 0), push(2, 1), push(3, 2), pop, pop]
        )
        #expect(result.pops == pops)
        #expect(result.refused == refused)
    }

    @Test func idsComeBackAsTheyCame() async throws {
        let run = try await ProbeRun.run([
            ["id": 1, "op": "queue", "ops": [push("a", 1), push([1, "b"], 1), pop, ["op": "pop", "id": "other"]]]
        ])
        #expect(try NSArray(array: #require(run.answer(1)["results"] as? [Any])) == ["a", [1, "b"]])
    }

    @Test func whatCannotBeReplayedIsRefused() async throws {
        let lines: [[String: Any]] = [
            ["ops": [["op": "push", "id": 1]]], ["ops": [["op": "push", "priority": 1]]], ["ops": [["op": "peek"]]],
            ["ops": [["op": "push", "id": 1, "priority": 1e300]]], ["ops": [["op": "pop", "bogus": 1]]],
            ["ops": [["op": "push", "id": 1, "priority": 0.5]]], ["ops": [["id": 1]]], ["ops": [1]], ["ops": 1], [:],
            ["ops": [pop], "config": ["capacity": -1]], ["ops": [pop], "config": ["max_concurrent_requests": 2]],
            ["ops": [pop], "config": ["bogus": 1]], ["ops": [pop], "config": 7],
            ["ops": [pop], "config": ["concurrency": ["kind": "aimd"]]],
        ]
        let run = try await ProbeRun.run(
            lines.enumerated().map { $1.merging(["op": "queue", "id": $0]) { $1 } }
        )
        #expect(run.status == 0)
        for id in 0..<10 { #expect(try run.code(id) == "invalid_request", "\(lines[id])") }
        for id in 10..<lines.count { #expect(try run.code(id) == "configuration", "\(lines[id])") }
    }
}
