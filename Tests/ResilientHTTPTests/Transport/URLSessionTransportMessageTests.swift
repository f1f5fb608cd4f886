import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

extension OverRealSockets {
    /// What goes on the wire and what comes back: rules 2, 5, 8, 9, 11, 12, 13, 17.
    @Suite(.timeLimit(.minutes(1)))
    struct URLSessionTransportMessageTests {
        private static let text = "text/plain; charset=utf-8"

        @Test func bodiesAndTheirFieldsArriveAsGiven() async throws {
            try await SocketHarness.urlSession { harness in
                var headers: HeaderFields = [.accept: "a/b", .cookie: "a=1", .contentLength: "5"]
                headers.append("b=2", for: .cookie)
                for (name, value) in [("X-Two", "1"), ("x-two", "2"), ("X-Empty", "")] {
                    headers.append(value, for: try #require(HeaderFields.Name(name)))
                }
                _ = try await harness.send(.put, "/a b", headers: headers, body: .text("hello"))
                let request = try #require(harness.server.requests.first)
                #expect(request.method == "PUT")
                #expect(request.target == "/a%20b")
                #expect(request.body == Data("hello".utf8))
                #expect(request.values(of: "Content-Type") == [Self.text])
                #expect(request.values(of: "Content-Length") == ["5"])
                #expect(request.values(of: "Transfer-Encoding") == [])
                #expect(request.values(of: "X-Two") == ["1, 2"])
                #expect(request.values(of: "Cookie") == ["a=1; b=2"])
                #expect(request.values(of: "Accept") == ["a/b"])
                #expect(request.values(of: "X-Empty") == [""])
            }
        }

        @Test func bodiesWithoutATypeAreNoForms() async throws {
            try await SocketHarness.urlSession { harness in
                _ = try await harness.send(.post, "/bytes", body: .bytes(Data([1, 2]), contentType: nil))
                _ = try await harness.send(.post, "/own", headers: [.contentType: "a/b"], body: .text("x"))
                _ = try await harness.send(.post, "/empty")
                let types = harness.server.requests.map { $0.values(of: "Content-Type") }
                #expect(types == [["application/octet-stream"], ["a/b"], []])
            }
        }

        /// What it prevents is a matter of chance: one wrong answer in some thousand early ones.
        @Test func aLongBodyHasItsConnectionForItself() async throws {
            try await SocketHarness.urlSession { harness in
                for length in [32 << 10, 32 << 10 + 1] {
                    let body = Data(repeating: 1, count: length)
                    #expect(try await harness.send(.put, "/upload", body: .bytes(body)).status == 200)
                }
                _ = try await harness.send(.get, "/after")
                let requests = harness.server.requests
                #if canImport(FoundationNetworking)
                #expect(requests.map { $0.values(of: "Connection") } == [["keep-alive"], ["close"], ["keep-alive"]])
                #expect(Set(requests.map(\.connection)).count == 2)
                #endif
            }
        }

        @Test(arguments: [0, 1, 3_000_000])
        func filesAreSentFromTheFile(_ count: Int) async throws {
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
            let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            try bytes.write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            var configuration = FaultServer.Configuration()
            configuration.maximumRecordedBodyBytes = 4 << 20
            try await SocketHarness.urlSession(server: configuration) { harness in
                _ = try await harness.send(.post, body: .file(file))
                let request = try #require(harness.server.requests.first)
                #expect(request.body == bytes)
                #expect(request.values(of: "Content-Length") == ["\(count)"])
                #expect(request.values(of: "Content-Type") == ["application/octet-stream"])
            }
        }

        @Test func aMissingFileIsRefused() async throws {
            try await SocketHarness.urlSession { harness in
                let error = try await harness.failure(.post, body: .file(URL(filePath: "/no/such/file")))
                #expect(error.code == .invalidRequest)
                #expect(error.reachedServer == .no)
                #expect(harness.server.counters.accepted == 0)
            }
        }

        @Test func streamedBodiesAreCollected() async throws {
            try await SocketHarness.urlSession { harness in
                let chunks = AsyncThrowingStream<Data, any Error> { stream in
                    stream.yield(Data("one ".utf8))
                    stream.yield(Data("two".utf8))
                    stream.finish()
                }
                _ = try await harness.send(.post, body: .once(contentType: "a/b", chunks))
                #expect(harness.server.requests.map(\.body) == [Data("one two".utf8)])
                #expect(harness.server.requests.first?.values(of: "Content-Length") == ["7"])

                let long = try await harness.failure(.post, body: .stream(length: 65 << 20) { chunks })
                #expect(long.code == .unsupported)
                #expect(long.message.contains("file"))
                let empty = AsyncThrowingStream<Data, any Error> { $0.finish() }
                #expect(try await harness.failure(.post, body: .once(length: 3, empty)).code == .invalidRequest)
                #expect(harness.server.counters.requests == 1)
            }
        }

        @Test func aDeafStreamEndsAtTheDeadline() async throws {
            try await SocketHarness.urlSession { harness in
                let silent = AsyncThrowingStream<Data, any Error> { _ in }
                let error = try await harness.failure(
                    .post,
                    body: .once(silent),
                    options: .init(attemptTimeout: .milliseconds(20))
                )
                #expect(error.code == .attemptTimeout)
                #expect(error.reachedServer == .no)
                #expect(harness.server.counters.accepted == 0)
            }
        }

        @Test(arguments: ["a\r\nInjected: 1", "a\nb", "a\0b", " a"])
        func headerInjectionIsRefusedBeforeAnythingIsSent(_ value: String) async throws {
            try await SocketHarness.urlSession { harness in
                let name = try #require(HeaderFields.Name("X-Field"))
                let error = try await harness.failure(headers: [name: value])
                #expect(error.code == .invalidRequest)
                #expect(error.reachedServer == .no)
                let type = try await harness.failure(.post, body: .bytes(Data("x".utf8), contentType: value))
                #expect(type.code == .invalidRequest)
                #expect(harness.server.counters.accepted == 0)
            }
        }

        struct NoRequest: Sendable {
            let method: String
            var headers = HeaderFields()
            var body = RequestBody.empty

            static let all = [
                NoRequest(method: "GET "), NoRequest(method: "G\r\nX: 1"), NoRequest(method: ""),
                NoRequest(method: "CONNECT"),
                NoRequest(method: "GET", body: .text("body")), NoRequest(method: "HEAD", body: .text("")),
                NoRequest(method: "POST", headers: [.transferEncoding: "chunked"], body: .text("x")),
                NoRequest(method: "POST", headers: [.contentLength: "7"], body: .text("x")),
            ]
        }

        @Test(arguments: NoRequest.all)
        func whatIsNoRequestIsRefusedBeforeAnythingIsSent(_ request: NoRequest) async throws {
            try await SocketHarness.urlSession { harness in
                let error = try await harness.failure(
                    .init(request.method),
                    headers: request.headers,
                    body: request.body
                )
                #expect(error.code == .invalidRequest)
                #expect(error.reachedServer == .no)
                #expect(harness.server.counters.accepted == 0)
            }
        }

        @Test(arguments: [
            ("http://[::1]:1/", ResilientError.Code.unsupported), ("http://127.1/", .unsupported),
            ("http://2130706433/", .unsupported), ("ftp://127.0.0.1/", .unsupported), ("http:///", .invalidRequest),
            ("http://127.0.0.1:65536/", .invalidRequest), ("file:///etc/passwd", .invalidRequest),
        ])
        func urlsThatCannotBeCalledAreRefused(_ text: String, _ code: ResilientError.Code) async throws {
            try await SocketHarness.urlSession { harness in
                let url = try #require(URL(string: text))
                let error = try await harness.failure(of: ClientRequest(url: url))
                #expect(error.code == code)
                #expect(error.reachedServer == .no)
                if text.contains("::") || text.hasPrefix("http://127.1") {
                    #expect(error.message.contains("CurlTransport"))
                }
            }
        }

        @Test func upperCaseSchemesAreCalled() async throws {
            try await SocketHarness.urlSession { harness in
                let url = try #require(URL(string: "HTTP://127.0.0.1:\(harness.server.port)/X?y=Z"))
                #expect(try await harness.client.send(ClientRequest(url: url)).status == 200)
                #expect(harness.server.requests.map(\.target) == ["/X?y=Z"])
            }
        }

        @Test func nothingIsStoredBetweenRequests() async throws {
            try await SocketHarness.urlSession { harness in
                let fields: KeyValuePairs = ["Set-Cookie": "a=1", "Cache-Control": "max-age=60", "ETag": "\"x\""]
                harness.server.script("/", [.response(200, headers: fields, body: Data("x".utf8))])
                for _ in 0..<3 {
                    let response = try await harness.send()
                    #expect(response.headers[.setCookie] == "a=1")
                }
                #expect(harness.server.requests.map { $0.values(of: "Cookie") } == [[], [], []])
                #expect(harness.server.requests.map { $0.values(of: "If-None-Match") } == [[], [], []])
            }
        }

        @Test func redirectsComeBackUnfollowed() async throws {
            try await SocketHarness.urlSession { harness in
                let headers: HeaderFields = [.authorization: "Bearer x"]
                for status in [301, 302, 303, 307, 308] {
                    harness.server.script("/", [.redirect(status, to: .otherPort("/target"))])
                    for (method, body) in [(ClientRequest.Method.get, RequestBody.empty), (.post, .text("x"))] {
                        let response = try await harness.send(method, headers: headers, body: body)
                        #expect(response.status.code == status)
                        #expect(response.headers[.location] == harness.server.alternateURL.absoluteString + "/target")
                    }
                }
                harness.server.script("/", [.status(302)])
                #expect(try await harness.send().status == 302)
                #expect(harness.server.requests.allSatisfy { $0.path == "/" && $0.port == harness.server.port })
            }
        }

        @Test(arguments: ["Basic realm=\"x\"", "Digest realm=\"x\", nonce=\"y\"", "Bearer", "NTLM", "Basic"])
        func challengesComeBackAsAnswers(_ challenge: String) async throws {
            try await SocketHarness.urlSession { harness in
                let denied = FaultServer.Behaviour.response(
                    401,
                    headers: ["WWW-Authenticate": challenge],
                    body: Data("denied".utf8)
                )
                harness.server.script("/", [denied])
                for (method, body) in [(ClientRequest.Method.get, RequestBody.empty), (.post, .text("x"))] {
                    let response = try await harness.send(method, body: body)
                    #expect(response.status == 401)
                    #expect(response.text == "denied")
                    #expect(response.headers[.wwwAuthenticate] == challenge)
                }
                #expect(harness.server.counters.requests == 2)
                try await harness.until { harness.urlSession?.placesTaken == 0 }
            }
        }

        @Test func interimResponsesAreIgnored() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script(
                    "/",
                    [.interim([100, 103, 102], headers: ["X-Interim": "1"], then: .status(404))]
                )
                let response = try await harness.send()
                #expect(response.status == 404)
                #expect(response.headers.allSatisfy { $0.name.canonicalName != "x-interim" })
            }
        }

        @Test func decodedBodiesLoseTheFieldsThatDescribeTheEncodedOnes() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.gzip(Data("unpacked".utf8))])
                let response = try await harness.send()
                #expect(response.text == "unpacked")
                #expect(response.headers[.contentEncoding] == nil)
                #expect(response.headers[.contentLength] == nil)
                let head = try await harness.send(.head)
                #expect(head.headers[.contentEncoding] == "gzip")
                #expect(head.headers[.contentLength] != nil)
            }
        }

        @Test func fieldsAreSortedByName() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.status(200, headers: ["X-b": "1", "Vary": "2", "X-A": "3", "Age": "4"])])
                let names = try await harness.send().headers.map(\.name.canonicalName)
                #expect(names == ["age", "content-length", "vary", "x-a", "x-b"])
            }
        }

        @Test func aBodyOverTheLimitIsStoppedWhileItArrives() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.stream([.text("0123456789"), .text("x")], ending: .hang)])
                let error = try await harness.failure(options: .init(responseLimit: 10))
                #expect(error.code == .responseTooLarge)
                #expect(error.reachedServer == .yes)
                try await harness.server.waitForNoConnections()
                harness.server.script("/fits", [.ok("0123456789")])
                #expect(try await harness.send(.get, "/fits", options: .init(responseLimit: 10)).data.count == 10)
            }
        }

        @Test func theLimitCountsUnpackedBytes() async throws {
            try await SocketHarness.urlSession { (harness) async throws in
                harness.server.script("/", [.gzipBomb(bytes: 16 << 20)])
                #expect(try await harness.failure(options: .init(responseLimit: 1 << 20)).code == .responseTooLarge)
                try await harness.until { harness.urlSession?.placesTaken == 0 }
            }
        }

        @Test func largeBodiesArriveWhole() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.random(bytes: 5_000_000)])
                let response = try await harness.send()
                #expect(response.data.count == 5_000_000)
            }
        }
    }
}
