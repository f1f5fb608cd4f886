#if os(Linux)
import Foundation
import ResilientCurl
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverCurl {
    /// Heads and bodies as they were received.
    @Suite(.timeLimit(.minutes(1)))
    struct AnswerTests {
        private static func raw(_ text: String) -> FaultServer.Behaviour { .raw(Data(text.utf8)) }

        @Test func fieldsKeepNamesOrderAndRepeats() async throws {
            try await CurlHarness.run { harness in
                harness.server.script(
                    "/",
                    [
                        Self.raw(
                            "HTTP/1.1 200 OK\r\nserver: x\r\nSET-Cookie: a=1\r\nx-Empty:\r\nSet-Cookie:b=2\r\nX-Pad:  y \t\r\n"
                                + "Content-Length: 0\r\n\r\n"
                        )
                    ]
                )
                let fields = try await harness.send().headers
                #expect(
                    fields.map(\.name.rawName) == [
                        "server", "SET-Cookie", "x-Empty", "Set-Cookie", "X-Pad", "Content-Length",
                    ]
                )
                #expect(fields.map(\.value) == ["x", "a=1", "", "b=2", "y", "0"])
            }
        }

        @Test func aValueThatIsNotUTF8LosesNothing() async throws {
            try await CurlHarness.run { (harness) async throws in
                harness.server.script(
                    "/",
                    [.headerLine(Data("X-Old: gr\u{fc}n".unicodeScalars.map { UInt8($0.value) }))]
                )
                let name = HeaderFields.Name(constant: "X-Old")
                #expect(try await harness.send().headers[name] == "grün")
            }
        }

        @Test func aFoldedLineGoesOnWithABlank() async throws {
            try await CurlHarness.run { (harness) async throws in
                harness.server.script("/", [.headerLine(Data("X-Long: one\r\n  two".utf8))])
                let name = HeaderFields.Name(constant: "X-Long")
                #expect(try await harness.send().headers[name] == "one two")
            }
        }

        @Test func interimFieldsAreNotTheAnswers() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [.interim(then: .ok)])
                let interim = try await harness.send()
                #expect(interim.status == 200)
                #expect(!interim.headers.contains(HeaderFields.Name(constant: "Link")))
            }
        }

        /// Nobody can unpack the middle of a packed body.
        @Test func aPartOfAnAnswerIsLeftAsItIs() async throws {
            try await CurlHarness.run { harness in
                let fields: KeyValuePairs = ["Content-Encoding": "gzip", "Content-Range": "bytes 5-8/100"]
                harness.server.script("/", [.response(206, headers: fields, body: Data([1, 2, 3, 4]))])
                let response = try await harness.send(headers: [.init(constant: "Range"): "bytes=5-8"])
                #expect(response.data == Data([1, 2, 3, 4]))
                #expect(response.headers[.contentEncoding] == "gzip")
                #expect(harness.server.requests.first?.values(of: "Accept-Encoding") == [])
            }
        }

        /// Nobody would wait for it, and a refusal (417) would have the request sent twice.
        @Test func theServersConsentIsNotAskedFor() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [.status(417), .ok])
                let expect = HeaderFields.Name(constant: "Expect")
                let body = RequestBody.text("an order")
                let response = try await harness.send(.post, headers: [expect: "100-continue"], body: body)
                #expect(response.status == 417)
                #expect(harness.server.requests.map { $0.values(of: "Expect") } == [[]])
            }
        }

        @Test func fieldsAfterTheBodyAreKeptApart() async throws {
            try await CurlHarness.run { harness in
                let late: KeyValuePairs = ["X-Late": "1", "Content-Length": "7", "X-late": "2"]
                harness.server.script("/", [.trailers(late)])
                let expected = HeaderFields(
                    try late.map { .init(name: try #require(HeaderFields.Name($0.key)), value: $0.value) }
                )
                let response = try await harness.send()
                #expect(response.text == "ok")
                #expect(response.trailers == expected)
                #expect(!response.headers.contains(HeaderFields.Name(constant: "X-Late")))
                let stream = try await harness.client.stream(harness.request())
                #expect(try await stream.collect() == Data("ok".utf8))
                #expect(stream.trailers == expected)
                let (file, download) = try await harness.client.download(harness.request())
                defer { try? FileManager.default.removeItem(at: file) }
                #expect(download.trailers == expected)
            }
        }

        @Test func anAnswerTellsOfItsConnection() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [.ok])
                let first = try #require(try await harness.send().connection)
                #expect(first.protocolName == "http/1.1" && !first.isReused)
                #expect(first.peerAddress == "127.0.0.1" && first.peerPort == harness.server.url.port)
                #expect(first.nameLookup != nil && first.connect != nil && first.tls == nil)
                let second = try await harness.send()
                let kept = try #require(second.connection)
                #expect(kept.isReused && kept.nameLookup == nil && kept.connect == nil)
                let waited = try #require(kept.firstByte)
                #expect(waited > .zero && waited <= second.timings.network)
                #expect(second.attempts.map(\.connection) == [kept])
                let stream = try await harness.client.stream(harness.request())
                #expect(stream.response.connection?.isReused == true)
            }
        }

        @Test(arguments: ["gzip", "x-gzip", "GZIP", "deflate"])
        func aCompressedBodyIsUnpacked(_ encoding: String) async throws {
            try await CurlHarness.run { harness in
                let plain = Data("deflated, by hand".utf8)
                let length = UInt16(plain.count)
                // A stored block (RFC 1951 §3.2.4), in no frame at all, as many servers send "deflate".
                var packed = Data([
                    1, UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8),
                ])
                packed += plain
                if encoding == "deflate" {
                    harness.server.script("/", [.response(200, headers: ["Content-Encoding": encoding], body: packed)])
                } else {
                    harness.server.script("/", [.gzip(plain)])
                }
                let response = try await harness.send()
                #expect(response.data == plain)
                #expect(!response.headers.contains(.contentEncoding))
                #expect(!response.headers.contains(.contentLength))
                #expect(harness.server.requests.first?.values(of: "Accept-Encoding") == ["gzip, deflate"])
            }
        }

        @Test func withoutDecompressionABodyIsLeftAsItIs() async throws {
            var configuration = CurlConfiguration()
            configuration.decompresses = false
            try await CurlHarness.run(configuration) { harness in
                harness.server.script("/", [.gzip(Data("plain".utf8))])
                let response = try await harness.send()
                #expect(response.headers[.contentEncoding] == "gzip")
                #expect(response.headers[.contentLength] == "\(response.data.count)")
                #expect(response.data.prefix(2) == Data([0x1F, 0x8B]))
                #expect(harness.server.requests.first?.values(of: "Accept-Encoding") == [])
            }
        }

        @Test func aBombIsStoppedAtTheLimit() async {
            await #expect(processExitsWith: .success) {
                try await CurlHarness.run { harness in
                    harness.server.script("/", [.gzipBomb(bytes: 256 << 20)])
                    let before = Memory.resident
                    let error = try await harness.failure(options: RequestOptions(responseLimit: 1 << 20))
                    #expect(error.code == .responseTooLarge)
                    #expect(error.reachedServer == .yes)
                    #expect(Memory.resident - before < 32 << 20)
                }
            }
        }

        @Test func aBombForASlowReaderWaitsUnpacked() async {
            await #expect(processExitsWith: .success) {
                try await CurlHarness.run { harness in
                    harness.server.script("/", [.gzipBomb(bytes: 48 << 20)])
                    let stream = try await harness.client.stream(harness.request())
                    let before = Memory.resident
                    var count = 0
                    for try await chunk in stream {
                        if count == 0 { try await Task.sleep(for: .milliseconds(50)) }
                        count += chunk.count
                    }
                    #expect(count == 48 << 20)
                    #expect(Memory.resident - before < 32 << 20)
                }
            }
        }

        @Test func redirectsCookiesAndChallengesAreTheCallers() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [.redirect(to: .path("/elsewhere"))])
                harness.server.script("/cookie", [.status(200, headers: ["Set-Cookie": "a=1"])])
                #expect(try await harness.send().status == 302)
                _ = try await harness.send(.get, "/cookie")
                _ = try await harness.send(.get, "/cookie")
                #expect(harness.server.requests(path: "/elsewhere").isEmpty)
                #expect(harness.server.requests.allSatisfy { $0.values(of: "Cookie").isEmpty })
            }
        }
    }
}
#endif
