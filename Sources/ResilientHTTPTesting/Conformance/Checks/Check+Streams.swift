import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let streams: [Self] = [
        Self(
            "stream_before_its_end",
            "A stream's head and chunks come while the server is still sending",
            "Capability streamsDownloads: with BodyMode.stream a transport returns with the head.",
            requires: .streamsDownloads,
            absent: "a body that was asked for as a stream arrives whole",
            run: { trial in
                await trial.play(.inPieces([.bytes(Data("one ".utf8)), .bytes(Data("two".utf8))], ending: .silence))
                let read = try await trial.beside { trial in
                    try await trial.read(trial.open().body, atLeast: 7)
                }
                try trial.expectBytes(read, Data("one two".utf8), "the chunks so far")
            },
            instead: { try await $0.streamWhole() }
        ),
        Self(
            "stream_arrives_whole",
            "A stream arrives whole, read fast or slowly",
            "BodyMode.stream; a transport that cannot may return the bytes."
        ) { try await $0.streamWhole() },
        Self(
            "stream_cut",
            "A stream that is cut throws, and does not just end",
            "ResponseBody.stream: an end means that the body is complete."
        ) { trial in
            let part = Data(repeating: 7, count: 500)
            let framings = [("length", ConformanceScenario.Framing.declared(1_000)), ("chunked", .chunked)]
            let endings = [("cut", ConformanceScenario.Ending.cut), ("reset", .reset)]
            for (framing, ending) in framings.flatMap({ framing in endings.map { (framing, $0) } }) {
                let suffix = "/\(framing.0)-\(ending.0)"
                await trial.play(.answer(part, framing: framing.1, ending: ending.1), at: suffix)
                let flight = Flight(runtime: trial.runtime) {
                    var response = try await trial.open(suffix)
                    response.body = try await response.body.inMemory(limit: .max)
                    return response
                }
                try trial.expectError(
                    await flight.outcome(within: trial.slack),
                    [.connectionLost],
                    reached: [.maybe, .yes]
                )
            }
        },
        Self(
            "stream_dropped",
            "Letting go of a stream ends its exchange",
            "Capability streamsDownloads: nobody else would free the connection.",
            requires: .streamsDownloads,
            absent: "a body that was asked for as a stream arrives whole",
            run: { trial in
                await trial.play(.answer(Data("begun".utf8), framing: .chunked, ending: .silence))
                _ = try await trial.beside { trial in try await trial.open().status }
                try await trial.untilExchangeEnded()
                await trial.play(.answer(Data("begun".utf8), framing: .chunked, ending: .silence), at: "/read")
                _ = try await trial.beside { trial in try await trial.read(trial.open("/read").body, atLeast: 1) }
                try await trial.untilExchangeEnded("/read")
            },
            instead: { try await $0.streamWhole() }
        ),
        Self(
            "stream_cancelled",
            "Cancelling the task that reads a stream ends it at once with CancellationError, at the server too",
            "Capability streamsDownloads.",
            requires: .streamsDownloads,
            absent: "a body that was asked for as a stream arrives whole",
            run: { trial in
                await trial.play(.answer(Data("begun".utf8), framing: .chunked, ending: .silence))
                let flight = Flight(runtime: trial.runtime) {
                    var response = try await trial.open()
                    response.body = try await response.body.inMemory(limit: .max)
                    return response
                }
                try await trial.untilArrived()
                try await trial.pause(.milliseconds(30))
                flight.cancel()
                try trial.expectCancellation(await flight.outcome(within: trial.slack))
                try await trial.untilExchangeEnded()
            },
            instead: { try await $0.streamWhole() }
        ),
        Self(
            "stream_idle",
            "A stream that stops coming is ended by a client's idle timeout, at the server too",
            "Capability streamsDownloads: the client counts, the transport lets go.",
            requires: .streamsDownloads,
            absent: "a body that was asked for as a stream arrives whole",
            run: { trial in
                await trial.play(.answer(Data("begun".utf8), framing: .chunked, ending: .silence))
                let (client, request) = (try trial.client(), try trial.request())
                let flight = Flight(runtime: trial.runtime) {
                    let options = RequestOptions(idleTimeout: .milliseconds(300))
                    let stream = try await client.stream(request, options: options)
                    return ClientResponse(status: stream.status, body: .bytes(try await stream.collect()))
                }
                try trial.expectError(await flight.outcome(within: trial.slack), [.attemptTimeout], reached: [.yes])
                try await trial.untilExchangeEnded()
                await client.shutdown(grace: .zero)
            },
            instead: { try await $0.streamWhole() }
        ),
        Self(
            "stream_ends_at_shutdown",
            "A shutdown ends streams that are being read with clientClosed, at the server too",
            "Transport.shutdown().",
            requires: .streamsDownloads,
            needs: [.connections],
            absent: "a body that was asked for as a stream arrives whole",
            run: { trial in
                await trial.play(.answer(Data("begun".utf8), framing: .chunked, ending: .silence))
                let flight = Flight(runtime: trial.runtime) {
                    var response = try await trial.open()
                    response.body = try await response.body.inMemory(limit: .max)
                    return response
                }
                try await trial.untilArrived()
                try await trial.pause(.milliseconds(30))
                let shutdown = Flight(runtime: trial.runtime) { await trial.transport.shutdown() }
                try trial.expectError(await flight.outcome(within: trial.slack), [.clientClosed])
                try await trial.untilExchangeEnded()
                _ = await shutdown.outcome(within: trial.slack)
            },
            instead: { try await $0.streamWhole() }
        ),
        Self(
            "stream_back_pressure",
            "A reader who stops reading stops the server",
            "Capability hasBackPressure: what is on its way is bounded by buffers, not by the body.",
            requires: .hasBackPressure,
            needs: [.flow],
            absent: "a reader who falls behind gets the whole body or an error, and never a part of it",
            insteadNeeds: [.flow],
            run: { trial in
                try await trial.fallBehind(bytes: 256 << 20) { body, _ in
                    let generated = try await trial.settledFlow()
                    try trial.expect(
                        generated <= 32 << 20,
                        "at most 32 MiB on their way to a reader who takes none",
                        seen: "\(generated >> 20) MiB"
                    )
                    _ = body
                }
            },
            instead: { trial in
                let count = 24 << 20
                try await trial.fallBehind(bytes: count) { body, first in
                    try await trial.pause(.milliseconds(300))
                    let read: Int
                    do {
                        read = try await trial.count(body)
                    } catch let error as ResilientError {
                        return try trial.expect(
                            error.code == .responseTooLarge,
                            "response_too_large",
                            seen: error.description
                        )
                    }
                    try trial.expectEqual(first + read, count, "the bytes of a body that ended")
                }
            }
        ),
    ]
}

extension Trial {
    /// Chunks until there are so many bytes; what is left of the body is let go.
    fileprivate func read(_ body: ResponseBody, atLeast count: Int) async throws -> Data {
        var data = Data()
        for try await chunk in body {
            data.append(chunk)
            if data.count >= count { return data }
        }
        throw Mismatch(expected: "\(count) bytes", seen: "an end after \(data.count)")
    }

    fileprivate func count(_ body: ResponseBody) async throws -> Int {
        var count = 0
        for try await chunk in body { count += chunk.count }
        return count
    }

    /// What an operation brings that may hang.
    fileprivate func beside<Value: Sendable>(
        _ operation: @escaping @Sendable (Trial) async throws -> Value
    ) async throws -> Value {
        let flight = Flight(runtime: runtime) { try await operation(self) }
        guard let outcome = await flight.outcome(within: slack) else {
            throw Mismatch(expected: "what has been sent so far", seen: "nothing in time")
        }
        return try outcome.get()
    }

    fileprivate func streamWhole() async throws {
        let chunks = (0..<40).map { Data(SeededBytes.make(50_000 + $0, seed: UInt64($0))) }
        let whole = chunks.reduce(Data(), +)
        await play(.inPieces(chunks.map { .bytes($0) }), at: "/chunked")
        await play(.answer(whole), at: "/length")
        await play(.answer(), at: "/empty")
        for (suffix, expected) in [("/chunked", whole), ("/length", whole), ("/empty", Data())] {
            try expectBytes(try await open(suffix).body.collect(limit: .max), expected, "a stream")
        }
        var slow = Data()
        for try await chunk in try await open("/chunked").body {
            slow.append(chunk)
            if chunk.count > 20_000 { try await pause(.milliseconds(1)) }
        }
        try expectBytes(slow, whole, "a stream that is read slowly")
    }

    /// Reads the first chunk of a large body and no more, then goes on with `body`.
    fileprivate func fallBehind(
        bytes: Int,
        _ goOn: @Sendable (_ body: ResponseBody, _ firstBytes: Int) async throws -> Void
    ) async throws {
        await play(.inPieces([.zeros(bytes)], framing: .length))
        let response = try await open(buffer: 1 << 20)
        var first = 0
        if response.body.isStream {
            for try await chunk in response.body {
                first = chunk.count
                break
            }
        }
        try await goOn(response.body, first)
    }

    /// How many bytes the server has handed out when it does not go on.
    fileprivate func settledFlow() async throws -> Int {
        var last = -1
        for _ in 0..<50 {
            let now = await server.bytesGenerated(at: prefix)
            if now == last { return now }
            last = now
            try await pause(.milliseconds(200))
        }
        return last
    }
}
