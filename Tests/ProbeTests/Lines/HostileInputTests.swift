import Foundation
import ResilientHTTP
import Testing

@testable import Probe

@Suite(.timeLimit(.minutes(1))) struct HostileInputTests {
    /// Lines that are no JSON, or JSON of the wrong shape, or hide something.
    private static let unusable: [String] =
        [
            "nonsense", "{", "}", "[]", "7", "null", "\"text\"", "{\"id\":1", "{\"id\":1}}", "\u{0}", "{\"a\":\u{0}}",
            "{}", "{\"url\":null}", "{\"url\":1}", "{\"url\":\"\\ud800\"}", "{\"url\":\"\"}",
            "{\"url\":\"http://a\\u0000b/\"}", "{\"op\":7}", "{\"op\":\"\"}", "{\"op\":\"breaker\"}",
            "{\"op\":\"advance\"}",
            "{\"url\":\"http://a/\",\"bogus\":1}", "{\"url\":\"http://a/\",\"url\":\"http://b/\"}",
            "{\"url\":\"http://a/\",\"method\":7}", "{\"url\":\"http://a/\",\"headers\":7}",
            "{\"url\":\"http://a/\",\"headers\":[[\"a\"]]}", "{\"url\":\"http://a/\",\"headers\":[[\"a b\",\"c\"]]}",
            "{\"url\":\"http://a/\",\"headers\":[[\"a\",1]]}",
            "{\"url\":\"http://a/\",\"body\":7}", "{\"url\":\"http://a/\",\"body_b64\":\"%%%\"}",
            "{\"url\":\"http://a/\",\"options\":7}", "{\"url\":\"http://a/\",\"options\":{\"total_timeout\":1e999}}",
            "{\"url\":\"http://a/\",\"options\":{\"total_timeout\":-1}}",
            "{\"url\":\"http://a/\",\"options\":{\"max_attempts\":99999999999999999999999999}}",
            "{\"url\":\"http://a/\",\"client\":\"big\",\"config\":{\"seed\":1e999}}",
            "{\"url\":\"http://a/\",\"client\":\"big\",\"config\":{\"response_limit\":1.5}}",
            "{\"op\":\"retry_after\",\"now\":\(String(repeating: "9", count: 5_000))}",
            String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
            "{\"id\":" + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}",
        ]

    /// What a stage refuses, which the passthrough preset does not have.
    private static let forAStage = ["\"method\":\"A B\"", "\"method\":\"\"", "\"headers\":[[\"a\",\"b\\r\\nc\"]]"].map {
        "{\"client\":\"r\",\"config\":\"recommended\",\"url\":\"http://127.0.0.1/\",\($0)}"
    }

    private static let good = "{\"id\":\"last\",\"url\":\"http://127.0.0.1/\"}"

    @Test func everyUnusableLineIsAnsweredWithAnErrorAndEndsNothing() async throws {
        let bad = Self.unusable + Self.forAStage
        let run = try await ProbeRun.run(bad + [Self.good], ["--transport=mock", "--grace=10"])
        #expect(run.status == 0)
        let answers = try run.answers()
        let errors = answers.filter { $0["error"] != nil }
        #expect(answers.count == bad.count + 1)
        #expect(errors.count == bad.count, "\(answers.filter { $0["error"] == nil })")
        #expect(answers.contains { $0["id"] as? String == "last" && $0["status"] as? Int == 200 })
        let codes = Set(errors.compactMap { ($0["error"] as? [String: Any])?["code"] as? String })
        #expect(codes == ["invalid_request", "unsupported", "configuration"])
    }

    @Test func randomBytesAreAnsweredLineByLine() async throws {
        let random = SeededRandomSource(seed: 11)
        var input = Data()
        for _ in 0..<1_000 {
            let length = 1 + Int(random.next() % 60)
            // Half of them of the characters that JSON is made of, so that some get further.
            let alphabet = Array("{}[]\",:\\u0dtrefalsn1-. idurlop".utf8)
            let isJSONLike = random.next() % 2 == 0
            let bytes = (0..<length).map { _ -> UInt8 in
                let byte =
                    isJSONLike
                    ? alphabet[Int(random.next() % UInt64(alphabet.count))] : UInt8(truncatingIfNeeded: random.next())
                return byte == 0x0A ? 0x7B : byte
            }
            input += bytes + [UInt8(ascii: "x"), UInt8(ascii: "\n")]
        }
        let run = try await ProbeRun.run(input + Data(Self.good.utf8), ["--transport=mock"])
        #expect(run.status == 0)
        let answers = try run.answers()
        #expect(answers.count == 1_001)
        #expect(answers.filter { $0["error"] != nil }.count == 1_000)
    }

    @Test func emptyLinesLineEndsAndIds() async throws {
        let url = "\"url\":\"http://127.0.0.1/\""
        let ids = ["1", "1", "null", "\"\\ud800\"", "1e400", "-0.0", "[1, {\"a\":2}]", "\"ü\"", "true"]
        let lines = ["", "   ", "\r", "{\(url)}\r"] + ids.map { "{\(url),\"id\":\($0)}\r" } + [""]
        // No line feed at the end.
        let text = "\u{FEFF}" + lines.joined(separator: "\n") + "\n{\"id\":\"end\",\(url)}"
        let run = try await ProbeRun.run(Data(text.utf8), ["--transport=mock"])
        #expect(run.status == 0)
        let answered = run.lines.compactMap { line in
            line.range(of: ",\"status\":200").map { String(line[..<$0.lowerBound].dropFirst("{\"id\":".count)) }
        }
        #expect(answered.sorted() == (ids + ["null", "\"end\""]).sorted())
        #expect(answered.count == run.lines.count)
    }

    @Test func aLineThatIsTooLongIsSkipped() async throws {
        var input = Data("{\"id\":1,\"url\":\"http://127.0.0.1/\",\"body\":\"".utf8)
        input += Data(repeating: UInt8(ascii: "x"), count: LineReader.lengthLimit)
        input += Data("\"}\n\(Self.good)\n".utf8)
        let run = try await ProbeRun.run(input, ["--transport=mock"])
        let answers = try run.answers()
        #expect(run.status == 0)
        #expect(answers.count == 2)
        #expect(answers.contains { $0["id"] is NSNull && $0["error"] != nil })
        #expect(answers.contains { $0["status"] as? Int == 200 })
    }

    @Test func whatIsLongIsNotQuotedInFull() async throws {
        let long = String(repeating: "long ", count: 200_000)
        let run = try await ProbeRun.run(
            [
                ["id": 1, "op": long], ["id": 2, long: 1], ["id": 3, "op": "advance", "client": long, "seconds": 1],
                ["id": 4, "config": [long: 1], "url": "http://a/"], ["id": 5, "config": long, "url": "http://a/"],
            ],
            ["--transport=mock"]
        )
        for id in 1...5 { #expect(try run.code(id) != nil) }
        #expect(run.lines.allSatisfy { $0.utf8.count < 20_000 })
    }

    @Test func aCallThatDoesNotEndIsEndedSomeTimeAfterTheInput() async throws {
        let line = "{\"id\":1,\"config\":{\"preset\":\"passthrough\",\"mock\":[{\"hang\":true}]},\"url\":\"http://a/\"}"
        let run = try await ProbeRun.run([line], ["--grace=0.2"])
        #expect(run.status == 0)
        #expect(try run.code(1) == "client_closed")
    }
}
