import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

extension OverRealSockets {
    /// What URLSession does not look at: the length of a body, and parts of packed ones.
    @Suite(.timeLimit(.minutes(1)))
    struct IncomingRulesTests {
        @Test(arguments: ["0x2", "+2", "2;x", "2, 3", "2,", "", "-", "2 3", "99999999999999999999", "٢"])
        func noLength(_ text: String) {
            #expect(!IncomingRules.isLength(text))
        }

        @Test(arguments: ["0", "2", "2, 2", "2,2 ,\t2", "007", "9223372036854775806"])
        func aLength(_ text: String) {
            #expect(IncomingRules.isLength(text))
        }

        /// RFC 9112 §6.3, also of a stream, whose head nobody may see.
        @Test(arguments: [["0x2"], ["+2"], ["2;x"], ["2, 3"], ["2", "3"]], [false, true])
        func aResponseWithoutAUsableLengthIsRefused(_ lengths: [String], _ isStream: Bool) async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.contentLengths(lengths, body: Data("ok".utf8))])
                let error = try #require(
                    await resilientError {
                        if isStream {
                            for try await _ in try await harness.client.stream(harness.request()) {}
                        } else {
                            _ = try await harness.send()
                        }
                    }
                )
                #expect(error.code == .protocolError && error.reachedServer == .yes, "\(error)")
            }
        }

        @Test func oneLengthInTwoLinesIsOne() async throws {
            try await SocketHarness.urlSession { (harness) async throws in
                harness.server.script("/", [.contentLengths(["2", "2"], body: Data("ok".utf8))])
                #expect(try await harness.send().text == "ok")
                // Nothing hangs on it where there is no body.
                harness.server.script("/redirect", [.response(302, headers: ["Location": "/", "X": "1"])])
                #expect(try await harness.send(.head).status == 200)
                #expect(try await harness.send(.get, "/redirect").status == 302)
            }
        }

        /// RFC 9110 §14.2: a range is one of the form that is sent.
        @Test func aRangeAsksForTheBytesAsTheyAre() async throws {
            try await SocketHarness.urlSession { (harness) async throws in
                harness.server.script(
                    "/",
                    [.response(206, headers: ["Content-Range": "bytes 0-1/9"], body: Data("ab".utf8))]
                )
                #expect(try await harness.send(headers: [.range: "bytes=0-1"]).text == "ab")
                #expect(try await harness.send(headers: [.range: "bytes=0-1", .acceptEncoding: "br"]).text == "ab")
                #expect(try await harness.send().text == "ab")
                let asked = harness.server.requests(path: "/").map { $0.values(of: "Accept-Encoding") }
                #expect(asked[0] == ["identity"] && asked[1] == ["br"])
                #expect(asked[2].first?.contains("gzip") == true)
            }
        }

        @Test func aPartOfAPackedBodyIsNoSuccess() async throws {
            try await SocketHarness.urlSession { harness in
                let fields: KeyValuePairs = ["Content-Range": "bytes 0-9/50", "Content-Encoding": "gzip"]
                let part = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
                harness.server.script("/", [.response(206, headers: fields, body: part)])
                let error = try await harness.failure(headers: [.range: "bytes=0-9"])
                #expect(error.code == .protocolError)
                #expect(error.message.contains("CurlTransport"))
            }
        }

        /// Whoever reads the error learns that another transport reads the response.
        @Test(arguments: ["Name:value", "X-A: caf\u{e9}"])
        func aHeadThatOnlyFoundationCannotReadSaysSo(_ line: String) async throws {
            try await SocketHarness.urlSession { harness in
                let bytes = Data(line.unicodeScalars.map { UInt8($0.value) })
                harness.server.script("/line", [.headerLine(bytes)])
                harness.server.script("/status", [.statusLine("HTTP/1.1 200")])
                for path in ["/line", "/status"] {
                    let error = try await harness.failure(.get, path)
                    #expect(error.code == .protocolError && error.message.contains("CurlTransport"), "\(error)")
                }
            }
        }

        /// What comes out the same is not tried again.
        @Test func whatAServerSentIsNamedAsSuch() async throws {
            try await SocketHarness.urlSession { harness in
                let long = String(repeating: "a", count: 120_000)
                harness.server.script("/field", [.headerLine(Data("X-Long: \(long)".utf8))])
                harness.server.script("/status", [.statusLine("HTTP/1.1 200 \(long)")])
                harness.server.script("/chunk", [.badChunkSize("0x5")])
                harness.server.script(
                    "/br",
                    [.response(200, headers: ["Content-Encoding": "br"], body: Data("no brotli at all".utf8))]
                )
                for path in ["/field", "/status", "/chunk", "/br"] {
                    let error = try await harness.failure(.get, path)
                    #expect(error.code == .protocolError, "\(path) \(error)")
                    #expect(error.reachedServer == .yes)
                }
            }
        }
    }
}
