import Foundation
import ResilientHTTPTesting
import Testing

/// Over real sockets, through the transport that everybody gets.
@Suite(.timeLimit(.minutes(1))) struct RequestOperationTests {
    @Test func theAnswerIsWhatTheServerSent() async throws {
        try await FaultServer.withServer { server in
            let bytes = Data([0x68, 0xFF, 0x00, 0x69])
            server.script("/x", [.response(404, headers: ["X-A": "1", "Content-Type": "text/odd"], body: bytes)])
            let run = try await ProbeRun.run([["id": 1, "url": "\(server.url)/x"]])
            let answer = try run.answer(1)
            #expect(run.status == 0)
            #expect(
                Set(answer.keys) == ["id", "status", "headers", "body", "body_b64", "source", "attempts", "request_id"]
            )
            #expect(answer["status"] as? Int == 404)
            #expect(answer["body"] as? String == "h\u{FFFD}\u{0}i")
            #expect(answer["body_b64"] as? String == bytes.base64EncodedString())
            #expect(answer["source"] as? String == "network")
            #expect(answer["attempts"] as? Int == 1)
            #expect((answer["request_id"] as? String)?.count == 32)
            let headers = try #require(answer["headers"] as? [[String]])
            #expect(headers.contains(["X-A", "1"]) && headers.contains(["Content-Type", "text/odd"]))
        }
    }

    @Test func theServerGetsWhatTheLineSays() async throws {
        try await FaultServer.withServer { server in
            let run = try await ProbeRun.run([
                [
                    "id": 1, "method": "POST", "url": "\(server.url)/a?b=c", "body": "grüße",
                    "headers": [["X-One", "1"], ["X-Two", "zwei"]],
                ],
                ["id": 2, "method": "PUT", "url": "\(server.url)/bytes", "body_b64": "AP8A"],
                ["id": 3, "url": "/below?d=e", "client": "b", "config": ["base_url": "\(server.url)/v1"]],
                ["id": 4, "method": "POST", "url": "\(server.url)/both", "body": "a", "body_b64": "YQ=="],
            ])
            #expect(try (1...3).map { try run.answer($0)["status"] as? Int } == [200, 200, 200])
            #expect(try run.code(4) == "invalid_request")
            let post = try #require(server.requests(path: "/a").first)
            #expect(post.method == "POST" && post.target == "/a?b=c" && post.body == Data("grüße".utf8))
            #expect(post.values(of: "X-One") == ["1"] && post.values(of: "X-Two") == ["zwei"])
            #expect(post.values(of: "Content-Type") == ["text/plain; charset=utf-8"])
            #expect(server.requests(path: "/bytes").map(\.body) == [Data([0, 0xFF, 0])])
            #expect(server.requests(path: "/v1/below").map(\.query) == ["d=e"])
            #expect(server.requests.count == 3)
        }
    }

    @Test func linesRunAtOnceAndTheEndOfTheInputWaitsForThem() async throws {
        try await FaultServer.withServer { server in
            server.script("/slow", [.drip(Data("slowly".utf8), every: .milliseconds(500))])
            for number in 1...150 { server.script("/\(number)", [.ok("body \(number)")]) }
            var lines: [[String: Any]] = [["id": 0, "url": "\(server.url)/slow"]]
            lines += (1...150).map { ["id": $0, "client": $0 % 3, "url": "\(server.url)/\($0)"] }
            let run = try await ProbeRun.run(lines)
            #expect(run.status == 0)
            #expect(run.lines.count == 151)
            for number in 1...150 { #expect(try run.answer(number)["body"] as? String == "body \(number)") }
            #expect(try run.answer(0)["body"] as? String == "slowly")
            #expect(try run.ids().last == 0, "the slow answer should have been overtaken")
        }
    }

    @Test func errorsHaveTheirNames() async throws {
        try await FaultServer.withServer { server in
            server.script("/hang", [.hang])
            server.script("/reset", [.resetBeforeHead()])
            let retry: [String: Any] = [
                "preset": "retry", "retry": ["max_attempts": 2, "backoff": ["kind": "constant", "delay": 0.01]],
            ]
            let run = try await ProbeRun.run([
                ["id": 1, "url": "\(server.url)/hang", "options": ["attempt_timeout": 0.1]],
                ["id": 2, "url": "\(server.url)/reset", "client": "r", "config": retry],
                ["id": 3, "url": "http://127.0.0.1:1/"],
                ["id": 4, "url": "http://example.com/", "client": "s", "config": "recommended"],
                ["id": 5, "url": "\(server.url)/", "options": ["max_attempts": 3]],
                ["id": 6, "url": "\(server.url)/", "options": ["attempt_timeout": "soon", "bogus": 1]],
            ])
            #expect(
                try (1...6).map { try run.code($0) } == [
                    "attempt_timeout", "connection_lost", "connect_failed", "insecure_request", "configuration",
                    "configuration",
                ]
            )
            let lost = try #require(try run.answer(2)["error"] as? [String: Any])
            #expect(Set(lost.keys) == ["code", "message", "reached_server", "status", "retry_after_s", "attempts"])
            #expect(lost["status"] is NSNull && lost["retry_after_s"] is NSNull)
            let attempts = try #require(lost["attempts"] as? [[String: Any]])
            #expect(attempts.map { $0["error"] as? String } == ["connection_lost", "connection_lost"])
            #expect(attempts.map { $0["delay_s"] as? Double } == [0, 0.01])
            #expect((try run.answer(1)["error"] as? [String: Any])?["reached_server"] as? String == "maybe")
            #expect((try run.answer(3)["error"] as? [String: Any])?["reached_server"] as? String == "no")
            let message = (try run.answer(6)["error"] as? [String: Any])?["message"] as? String ?? ""
            #expect(message.contains("options.bogus") && message.contains("options.attempt_timeout"))
        }
    }

    @Test func aSecretInAMessageIsTakenOut() async throws {
        let run = try await ProbeRun.run([
            ["id": 1, "url": "http://example.com/?api_key=s3cr3tvalue", "config": "recommended"],
            ["id": 2, "url": "http://127.0.0.1/", "api_key=s3cr3tvalue Bearer abcdefghijklmnop": 1],
        ])
        #expect(try run.code(1) == "insecure_request")
        #expect(!run.lines.joined().contains("s3cr3tvalue abc") && !run.lines.joined().contains("abcdefghijklmnop"))
        #expect(try !run.lines[#require(run.lines.firstIndex { $0.contains("\"id\":1") })].contains("s3cr3tvalue"))
    }
}
