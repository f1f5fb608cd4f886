import Foundation
import ResilientHTTPTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ManualClockTests {
    private let url = "http://127.0.0.1/"

    private func config(_ mock: [[String: Any]], seed: Int = 0) -> [String: Any] {
        [
            "preset": "retry", "clock": "manual", "mock": mock, "seed": seed,
            "retry": ["max_attempts": 5, "backoff": ["kind": "constant", "delay": 2]],
        ]
    }

    private func advance(_ id: Int, _ seconds: Double, _ client: String = "m") -> [String: Any] {
        ["op": "advance", "id": id, "client": client, "seconds": seconds]
    }

    @Test func nothingHappensBeforeItsTimeAndAllOfItAtItsTime() async throws {
        let run = try await ProbeRun.run([
            [
                "id": 1, "client": "m", "config": config([["status": 503], ["body": "late", "after_s": 3]]), "url": url,
            ],
            advance(2, 1.999_999_999), advance(3, 0.000_000_001), advance(4, 2.999_999_999), advance(5, 0.000_000_001),
        ])
        // Waits 2 s for the retry, then 3 s for its answer; the answer comes out before that of the move.
        #expect(try run.ids() == [2, 3, 4, 1, 5])
        #expect(try run.answer(1)["body"] as? String == "late")
        #expect(try run.answer(1)["attempts"] as? Int == 2)
        #expect(try run.answer(5)["now"] as? Double == 5)
    }

    @Test func oneMovePassesThroughEveryTimerOnTheWay() async throws {
        let failing = config([["status": 503, "after_s": 1]])
        let run = try await ProbeRun.run([
            ["id": 1, "client": "m", "config": failing, "url": url], advance(2, 12.9), advance(3, 0.1),
        ])
        // Five attempts of 1 s with 2 s between them.
        #expect(try run.ids() == [2, 1, 3])
        #expect(try run.answer(1)["attempts"] as? Int == 5)
    }

    @Test func aLineBehindAMoveBeginsWhenTheClockHasStopped() async throws {
        let run = try await ProbeRun.run([
            ["id": 1, "client": "m", "config": config([["hang": true]]), "url": url, "options": ["total_timeout": 10]],
            advance(2, 6),
            ["id": 3, "client": "m", "url": url, "options": ["total_timeout": 10]],
            advance(4, 4), advance(5, 5.999), advance(6, 0.001),
        ])
        #expect(try run.ids() == [2, 1, 4, 5, 3, 6])
        #expect(try run.code(1) == "deadline_exceeded")
        #expect(try run.code(3) == "deadline_exceeded")
    }

    @Test func clocksAreIndependent() async throws {
        let mock = config([["after_s": 1]])
        let run = try await ProbeRun.run([
            ["id": 1, "client": "m", "config": mock, "url": url], ["id": 2, "client": "n", "config": mock, "url": url],
            advance(3, 1, "n"),
        ])
        #expect(try run.answer(2)["status"] as? Int == 200)
        #expect(try run.answer(3)["now"] as? Double == 1)
        // Nobody can move it any more.
        #expect(try run.code(1) == "client_closed")
        #expect(run.status == 0)
    }

    @Test func theSameSeedGivesTheSameLines() async throws {
        func lines(_ seed: Int) async throws -> [String] {
            var settings = config(
                [["status": 503, "after_s": 0.1], ["after_s": 0.2], ["error": "connection_lost"]],
                seed: seed
            )
            settings["retry"] = ["max_attempts": 4, "backoff": ["kind": "exponential", "jitter": "full"]]
            var lines: [[String: Any]] = (0..<300).map { ["id": $0, "client": "m", "config": settings, "url": url] }
            lines += (0..<20).map { advance(1000 + $0, Double($0) * 0.1) }
            let run = try await ProbeRun.run(lines)
            #expect(run.lines.count == 320)
            return run.lines
        }
        let first = try await lines(1)
        #expect(try await lines(1) == first)
        #expect(try await lines(2) != first)
    }

    @Test func moreLinesThanMayWaitAreRefusedAndNotLost() async throws {
        let lines =
            try [ProbeRun.line(["id": 0, "client": "m", "config": config([["hang": true]]), "url": url])]
            + (1...4_097).map {
                "{\"id\":\($0),\"client\":\"m\",\"url\":\"http://a/\",\"options\":{\"total_timeout\":1}}"
            }
            + ["{\"id\":-1,\"op\":\"advance\",\"client\":\"m\",\"seconds\":1}"]
        let run = try await ProbeRun.run(lines)
        let codes = try run.answers().reduce(into: [String: Int]()) { counts, answer in
            counts[(answer["error"] as? [String: Any])?["code"] as? String ?? "none", default: 0] += 1
        }
        // A move always finds a place.
        #expect(codes == ["queue_full": 2, "deadline_exceeded": 4_095, "client_closed": 1, "none": 1])
        #expect(run.status == 0)
    }

    @Test func aRealServerIsWaitedForBeforeTheClockMoves() async throws {
        try await FaultServer.withServer { server in
            server.script("/x", [.unavailable(), .unavailable(), .ok("well")])
            var settings: [String: Any] = ["preset": "retry", "clock": "manual"]
            settings["retry"] = ["backoff": ["kind": "constant", "delay": 60]]
            let run = try await ProbeRun.run([
                ["id": 1, "client": "m", "config": settings, "url": "\(server.url)/x"],
                // More than the two that are needed, in case this machine takes long to answer itself.
                advance(2, 60), advance(3, 60), advance(4, 60), advance(5, 60),
            ])
            #expect(try run.answer(1)["body"] as? String == "well")
            #expect(try run.answer(1)["attempts"] as? Int == 3)
            #expect(try run.answer(5)["now"] as? Double == 240)
        }
    }

    @Test func theSystemsClockCannotBeMoved() async throws {
        let run = try await ProbeRun.run(
            [["id": 1, "client": "m", "url": url], advance(2, 1), advance(3, 1, "nobody")],
            ["--transport=mock"]
        )
        #expect(try run.code(2) == "unsupported")
        #expect(try run.code(3) == "invalid_request")
    }
}
