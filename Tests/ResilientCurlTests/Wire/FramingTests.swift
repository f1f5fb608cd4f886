#if os(Linux)
import Foundation
import ResilientHTTP
import SocketSupport
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// What a server gets wrong in head and framing is the server's fault, is said at once, and harms nobody else.
    @Suite(.timeLimit(.minutes(1)))
    struct FramingTests {
        /// Serves a head for each path; the connection stays open.
        private static func with(_ bytes: String, _ body: (SecureClient, URL) async throws -> Void) async throws {
            let serve: @Sendable (Int, SocketConnection) -> Void = { _, connection in
                while let head = connection.receiveHead() {
                    let isWarm = head.hasPrefix("GET /warm")
                    connection.say(isWarm ? "HTTP/1.1 200 OK\r\nX-Long: \(long)\r\nContent-Length: 2\r\n\r\nok" : bytes)
                }
            }
            try await SocketPeer.run(serve: serve) { peer in
                try await SecureClient.run(CurlConfiguration()) { client in
                    try await body(client, try #require(URL(string: "http://127.0.0.1:\(peer.port)")))
                }
            }
        }

        private static let long = String(repeating: "l", count: 2_000)
        private static let options = RequestOptions(attemptTimeout: .seconds(5))

        private static func fails(_ bytes: String, _ code: ResilientError.Code = .protocolError) async throws {
            try await with(bytes) { client, url in
                // With a handle that is new, and with one that has had a response.
                for isWarm in [false, true, true] {
                    if isWarm { _ = try await client.send(.get, url.appending(path: "warm"), options: options) }
                    let error = try await client.failure(.get, url.appending(path: "bad"), options: options)
                    #expect(error.code == code, "\(error)")
                    #expect(error.reachedServer == .yes)
                    #expect(!error.message.contains("memory"))
                }
            }
        }

        private static func comes(_ bytes: String, _ text: String) async throws {
            try await with(bytes) { client, url in
                for _ in 0..<3 {
                    let response = try await client.send(.get, url.appending(path: "good"), options: options)
                    #expect(response.text == text)
                }
            }
        }

        @Test(arguments: [" ", "\t", " \t  "], ["folded: 1", "", "Content-Length: 2"])
        func aHeadCannotBeginWithAFoldedLine(_ blank: String, _ line: String) async throws {
            let rest = "\(blank)\(line)\r\nContent-Length: 2\r\n\r\nok"
            try await Self.fails("HTTP/1.1 200 OK\r\n\(rest)")
            try await Self.fails("HTTP/1.1 103 Early Hints\r\n\(blank)\(line)\r\n\r\nHTTP/1.1 200 OK\r\n\(rest)")
            try await Self.fails("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\(rest)")
        }

        @Test(arguments: [" ", "\t"])
        func norCanTrailers(_ blank: String) async throws {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
            try await Self.fails("\(head)\(blank)folded: 1\r\n\r\n")
        }

        @Test func laterLinesMayBeFolded() async throws {
            try await Self.comes("HTTP/1.1 200 OK\r\nX: a\r\n\tb\r\nContent-Length: 2\r\n\r\nok", "ok")
        }

        @Test(arguments: ["0x2", "+2", "-2", "2;x", "2, 3", "2,", "2 2", "", "2\r\nContent-Length: 3", "2\r\n 0"])
        func aLengthIsANumberOrAnError(_ value: String) async throws {
            try await Self.fails("HTTP/1.1 200 OK\r\nContent-Length: \(value)\r\n\r\nok")
        }

        @Test(arguments: ["2, 2", "2 ,2", "2\r\nContent-Length: 2", "02"])
        func aLengthThatIsRepeatedIsOne(_ value: String) async throws {
            try await Self.comes("HTTP/1.1 200 OK\r\nContent-Length: \(value)\r\n\r\nok", "ok")
        }

        @Test(arguments: ["Content-Length : 2", "Content-Length\t: 2", "Transfer-Encoding : chunked"])
        func aFramingFieldHasNoBlankBeforeItsColon(_ line: String) async throws {
            try await Self.fails("HTTP/1.1 200 OK\r\n\(line)\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        }

        @Test(arguments: ["gzip", "gzip, chunked", "chunked, chunked", "chunked, gzip", "xchunked", "\r\n chunked"])
        func noOtherCodingWasAskedFor(_ value: String) async throws {
            try await Self.fails("HTTP/1.1 200 OK\r\nTransfer-Encoding: \(value)\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        }

        @Test(
            arguments: [
                "0x2", "+2", "-2", "2x", "2 x", "", " 2", "ffffffffffffffff", "7fffffffffffffff0", "2\r", "\"2\"",
            ]
        )
        func aChunksSizeIsHexadecimal(_ size: String) async throws {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            try await Self.fails("\(head)\(size)\r\nok\r\n0\r\n\r\n")
            try await Self.fails("\(head)1\r\no\r\n\(size)\r\n\r\n\r\n")
        }

        @Test(arguments: ["2\r\nok!\r\n0\r\n\r\n", "5\r\nok\r\n0\r\n\r\n"])
        func aChunkIsAsLongAsItSays(_ chunks: String) async throws {
            try await Self.fails("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)")
        }

        @Test(
            arguments: [
                "2\r\nok\r\n0\r\n\r\n", "1\r\no\r\n01\r\nk\r\n000\r\n\r\n", "2 \r\nok\r\n0 ;a=b\r\n\r\n",
                "2;a\r\nok\r\n0\r\nX: y\r\n\r\n", "2\nok\n0\n\n",
            ]
        )
        func chunksAreRead(_ chunks: String) async throws {
            try await Self.comes("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n\(chunks)", "ok")
        }

        @Test func aLongLineIsTheServers() async throws {
            let long = String(repeating: "x", count: 120_000)
            let end = "Content-Length: 2\r\n\r\nok"
            try await Self.fails("HTTP/1.1 200 OK\r\nX: \(long)\r\n\(end)", .responseTooLarge)
            try await Self.fails("HTTP/1.1 200 \(long)\r\n\(end)", .responseTooLarge)
            let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: \(long)\r\n\r\n"
            try await Self.fails(chunks, .responseTooLarge)
        }

        /// Nobody asked for it, and the bytes are the caller's.
        @Test func anEncodingThatIsNotUnderstoodIsLeftAlone() async throws {
            try await Self.comes("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nok", "ok")
        }

        @Test(arguments: 0...101)
        func onceSentNoCodeIsTheCallersFault(_ code: Int) {
            // Upload failed: the request cannot be said in the server's version of HTTP.
            guard code != 25 else { return }
            let told = CurlErrors.code(CInt(code), text: "", isSent: true)
            #expect(told != .invalidRequest && told != .unsupported && told != .configuration)
        }
    }
}
#endif
