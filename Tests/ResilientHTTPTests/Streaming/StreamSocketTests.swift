import Foundation
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

@testable import ResilientHTTP

extension SocketHarness {
    func stream(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions()
    ) async throws -> ResponseStream {
        try await client.stream(ClientRequest(method: method, url: url(path), body: body), options: options)
    }
}

extension OverRealSockets {
    @Suite(.timeLimit(.minutes(1)))
    struct StreamSocketTests {
        /// A stream whose server waits for the test to have read what came before.
        private static let hanging = FaultServer.Behaviour.stream([.text("first")], ending: .hang)

        @Test func theHeadAndEachChunkComeWhileTheServerStillSends() async throws {
            try await SocketHarness.live { harness in
                // The server never ends, so whatever is read was read before the end.
                harness.server.script("/", [Self.hanging])
                let stream = try await harness.stream()
                #expect(stream.status == 200)
                #expect(harness.client.callsInFlight == 1)
                var iterator = stream.makeAsyncIterator()
                #expect(try await iterator.next() == Data(text: "first"))
                #expect(harness.server.counters.open == 1)
            }
        }

        @Test func aStreamIsReadToItsEndAndItsConnectionUsedAgain() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(
                    default: [
                        .stream([
                            .text("a"), .pause(.milliseconds(5)), .text("b"), .pause(.milliseconds(5)), .text("c"),
                        ])
                    ]
                )
                for _ in 0..<5 {
                    let reading = try await harness.stream().reading()
                    #expect(reading.text == "abc")
                    #expect(reading.error == nil)
                    #expect(harness.client.callsInFlight == 0)
                }
                #expect(harness.server.counters.accepted == 1)
                try await harness.untilIdle()
            }
        }

        /// What comes before the break must be read, and then the break must be seen.
        private static let breaks: [(String, FaultServer.Behaviour, String, ResilientError.Code)] = [
            ("FIN", .stream([.text("part")], ending: .cut), "part", .connectionLost),
            ("FIN, chunks", .truncatedChunks(["part"]), "part", .connectionLost),
            ("RST", .stream([.text("part"), .pause(.milliseconds(50))], ending: .reset), "part", .connectionLost),
            ("short", .truncatedBody(contentLength: 1000, sent: 500), "*", .connectionLost),
            (
                "RST, length", .resetInBody(contentLength: 1000, sent: 500, pause: .milliseconds(50)), "*",
                .connectionLost
            ),
            ("chunk size", .badChunkSize(), "good", .protocolError),
            ("-1", .negativeContentLength, "", .protocolError),
        ]

        @Test(arguments: breaks)
        func aBreakIsAnErrorAfterWhatHasArrived(
            _ broken: (name: String, behaviour: FaultServer.Behaviour, text: String, code: ResilientError.Code)
        ) async throws {
            try await SocketHarness.live { harness in
                harness.server.script("/", [broken.behaviour])
                let reading: Reading
                do {
                    reading = try await harness.stream().reading()
                } catch {
                    reading = Reading(error: error)
                }
                #expect(reading.code == broken.code, "\(reading)")
                #expect((reading.error as? ResilientError)?.reachedServer == .yes)
                if broken.text == "*" {
                    #expect(reading.text.utf8.count <= 500)
                } else if broken.name != "RST" {
                    #expect(reading.text == broken.text)
                }
                try await harness.untilIdle()
            }
        }

        @Test func lettingGoClosesTheConnection() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(default: [Self.hanging])
                // Unread, and after a chunk.
                _ = try await harness.stream()
                try await harness.untilIdle()
                for try await _ in try await harness.stream() { break }
                try await harness.untilIdle()
                try await harness.server.waitForNoConnections(timeout: .seconds(5))
                #expect(harness.server.counters.requests == 2)
            }
        }

        @Test func cancellingTheReaderClosesTheConnection() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(default: [Self.hanging])
                let isWaiting = Atomic(false)
                let reader = Task {
                    let stream = try await harness.stream()
                    return await stream.reading { isWaiting.store(true, ordering: .releasing) }
                }
                try await harness.until { isWaiting.load(ordering: .acquiring) }
                reader.cancel()
                #expect(try await reader.value.isCancelled)
                try await harness.untilIdle()
                try await harness.server.waitForNoConnections(timeout: .seconds(5))
            }
        }

        @Test func theTimeoutsCloseTheConnection() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(default: [Self.hanging])
                let idle = try await harness.stream(options: .init(idleTimeout: .milliseconds(200))).reading()
                #expect(idle.text == "first" && idle.code == .attemptTimeout)
                let total = try await harness.stream(options: .init(totalTimeout: .seconds(2))).reading()
                #expect(total.text == "first" && total.code == .deadlineExceeded)
                // Read by nobody.
                let unread = try await harness.stream(options: .init(totalTimeout: .milliseconds(60)))
                try await harness.until { harness.client.callsInFlight == 0 }
                try await harness.untilIdle()
                #expect(await unread.reading().code == .deadlineExceeded)
                try await harness.server.waitForNoConnections(timeout: .seconds(5))
            }
        }

        @Test func theAttemptTimeoutDoesNotBoundTheBody() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(
                    default: [.stream([.text("a"), .pause(.milliseconds(150)), .text("b")])]
                )
                let reading = try await harness.stream(options: .init(attemptTimeout: .milliseconds(100))).reading()
                #expect(reading.text == "ab" && reading.error == nil)
                harness.server.script("/late", [Self.hanging.delayed(.seconds(10))])
                let late = await resilientError {
                    try await harness.stream(.get, "/late", options: .init(attemptTimeout: .milliseconds(50)))
                }
                #expect(late?.code == .attemptTimeout)
                try await harness.untilIdle()
            }
        }

        @Test(.enabled("the server waits for the reader") { try !LiveTransport.hasBackPressure })
        func aReaderWhoFallsBehindIsEndedAndTheConnectionFreed() async throws {
            try await SocketHarness.live { harness in
                // It has no end, so the connection cannot be used again and must be closed.
                harness.server.script(default: [.stream([.bytes(Data(count: 1 << 20))], ending: .hang)])
                let stream = try await harness.stream(options: .init(streamBuffer: 100_000))
                try await harness.until { harness.client.callsInFlight == 0 }
                try await harness.untilIdle()
                var received = 0
                let error = await resilientError {
                    for try await chunk in stream { received += chunk.count }
                }
                #expect(error?.code == .responseTooLarge)
                // What had been buffered is still there, and no more than that and one chunk.
                #expect((100_000..<200_000).contains(received))
                try await harness.server.waitForNoConnections(timeout: .seconds(5))
            }
        }

        @Test func theResponseLimitEndsTheStream() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(default: [.random(bytes: 1 << 20)])
                let stream = try await harness.stream(options: .init(responseLimit: 50_000))
                var received = 0
                let error = await resilientError {
                    for try await chunk in stream { received += chunk.count }
                }
                #expect(error?.code == .responseTooLarge)
                #expect(received <= 50_000)
                try await harness.untilIdle()
            }
        }

        @Test func aShutdownEndsStreamsAndClosesTheirConnections() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(default: [Self.hanging])
                // One of them on a session of its own.
                let streams = [try await harness.stream(), try await harness.stream(.post)]
                let readers = streams.map { stream in Task { await stream.reading() } }
                await harness.client.shutdown(grace: .milliseconds(20))
                for reader in readers { #expect(await reader.value.code == .clientClosed) }
                try await harness.untilIdle()
                try await harness.server.waitForNoConnections(timeout: .seconds(5))
            }
        }

        @Test func theTransportsOwnShutdownEndsStreamsToo() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(default: [Self.hanging])
                let stream = try await harness.stream()
                let reader = Task { await stream.reading() }
                await harness.transport.shutdown()
                #expect(await reader.value.code == .clientClosed)
                try await harness.untilIdle()
            }
        }

        // MARK: Answers of a special kind

        @Test func answersWithoutABodyAreComplete() async throws {
            try await SocketHarness.live { harness in
                harness.server.script("/204", [.status(204)])
                harness.server.script("/304", [.status(304)])
                harness.server.script("/empty", [.ok("")])
                for path in ["/204", "/304", "/empty"] {
                    let reading = try await harness.stream(.get, path).reading()
                    #expect(reading.text.isEmpty && reading.error == nil)
                }
                let head = try await harness.stream(.head, "/")
                #expect(head.status == 200)
                #expect(await head.reading().error == nil)
                try await harness.untilIdle()
            }
        }

        @Test func aBasicChallengeIsAnAnswer() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(
                    default: [
                        .response(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""], body: Data(text: "who?"))
                    ]
                )
                let whole = try await harness.send()
                for body in [RequestBody.empty, .text("x")] {
                    let stream = try await harness.stream(body.isEmpty ? .get : .post, body: body)
                    #expect(stream.status == 401)
                    #expect(stream.headers[.wwwAuthenticate] != nil)
                    #expect(try await stream.collect() == whole.data)
                }
                let early = FaultServer.Behaviour.early(
                    .status(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""]),
                    then: .closes
                )
                harness.server.script("/early", [early])
                let stream = try await harness.stream(.put, "/early", body: .bytes(Data(count: 100)))
                #expect(stream.status == 401)
                try await harness.untilIdle()
            }
        }

        @Test func aRedirectThatIsNotFollowedIsAnAnswer() async throws {
            try await SocketHarness.live { harness in
                harness.server.script("/", [.redirect(to: .path("/x"))])
                let stream = try await harness.stream()
                #expect(stream.status == 302)
                #expect(stream.headers[.location]?.hasSuffix("/x") == true)
                #expect(await stream.reading().error == nil)
                #expect(harness.server.counters.requests == 1)
                try await harness.untilIdle()
            }
        }

        @Test func interimAnswersAreNotTheHead() async throws {
            try await SocketHarness.live { harness in
                harness.server.script("/", [.interim(then: .ok("final"))])
                let stream = try await harness.stream()
                #expect(stream.status == 200)
                #expect(await stream.reading().text == "final")
            }
        }

        /// Rule 10 of URLSession; another transport has no need of it.
        @Test func aPOSTWithoutABodyStreamsOnAConnectionOfItsOwn() async throws {
            try await SocketHarness.urlSession { harness in
                let body = FaultServer.Behaviour.stream([.text("a"), .pause(.milliseconds(20)), .text("b")])
                harness.server.script(default: [body])
                for _ in 0..<3 {
                    let reading = try await harness.stream(.post).reading()
                    #expect(reading.text == "ab" && reading.error == nil)
                }
                #expect(harness.server.counters.accepted == 3)
                try await harness.untilIdle()
                try await harness.server.waitForNoConnections(timeout: .seconds(5))
            }
        }

        @Test func packedStreamsAreUnpacked() async throws {
            try await SocketHarness.live { harness in
                harness.server.script("/", [.gzip(Data(text: "unpacked"))])
                let stream = try await harness.stream()
                #expect(await stream.reading().text == "unpacked")
                #expect(stream.headers[.contentLength] == nil)
            }
        }

        @Test func severalReadersShareTheConnectionsFairly() async throws {
            var pool = PoolConfiguration()
            pool.maxConnections = 2
            try await SocketHarness.live(pool: pool) { harness in
                harness.server.script(default: [Self.hanging])
                let held = [try await harness.stream(), try await harness.stream()]
                let third = Task { try await harness.stream() }
                try await harness.until { harness.client.callsInFlight == 3 }
                // A stream keeps its place for as long as it is held.
                #expect(held.count == 2 && harness.server.counters.requests == 2)
                let reader = Task { [stream = held[0]] in await stream.reading() }
                reader.cancel()
                #expect(await reader.value.isCancelled)
                #expect(try await third.value.status == 200)
            }
        }
    }
}
