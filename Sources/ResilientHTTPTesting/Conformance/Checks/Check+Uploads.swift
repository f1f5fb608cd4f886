import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let uploads: [Self] = [
        Self(
            "upload_without_body",
            "A POST without a body and one of zero bytes arrive without a byte",
            "RFC 9110 §8.6."
        ) { trial in
            for (suffix, body) in [("/none", RequestBody.empty), ("/zero", .bytes(Data()))] {
                _ = try await trial.send(.post, suffix, body: body)
                let request = try await trial.arrival(suffix)
                try trial.expect(request.isComplete, "a complete request", seen: "an incomplete one")
                try trial.expectBytes(request.body, Data(), "a body")
                let length = request.headers[.contentLength] ?? "0"
                try trial.expectEqual(length, "0", "Content-Length")
            }
        },
        Self(
            "upload_bytes",
            "Bytes arrive as they are, up to 2 MiB, with any method that has a body",
            "RFC 9112 §6."
        ) { trial in
            for (method, count) in [("POST", 1), ("PUT", 65_537), ("PATCH", 300), ("DELETE", 20), ("POST", 2 << 20)] {
                let body = Data(SeededBytes.make(count, seed: UInt64(count)))
                let suffix = "/\(method)-\(count)"
                _ = try await trial.send(.init(method), suffix, body: .bytes(body))
                try await trial.expectWhole(suffix, body)
            }
        },
        Self(
            "upload_file",
            "A file arrives as it is, an unreadable one is an error and nothing is sent",
            "RequestBody.file(_:contentType:)."
        ) { trial in
            let body = Data(SeededBytes.make(150_000, seed: 5))
            let name = "conformance-\(trial.runtime.randomBits())"
            let file = FileManager.default.temporaryDirectory.appending(path: name)
            try body.write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            _ = try await trial.send(.put, "/file", body: .file(file))
            try await trial.expectWhole("/file", body)
            let missing = file.appendingPathExtension("missing")
            let outcome = await trial.outcome(try trial.request(.put, "/missing", body: .file(missing)))
            try trial.expectError(outcome, [.invalidRequest])
            try trial.expect(
                await trial.received("/missing").allSatisfy { !$0.isComplete },
                "no complete request",
                seen: "one"
            )
        },
        Self(
            "upload_streams",
            "Streams arrive whole, replayable and once, with and without a length",
            "RequestBody.stream and .once.",
            requires: .streamsUploads,
            absent: "a streamed body arrives whole or is refused, and is never cut",
            run: { try await $0.sendStreams(mayRefuse: false) },
            instead: { try await $0.sendStreams(mayRefuse: true) }
        ),
        Self(
            "upload_streams_as_produced",
            "A stream is sent while it is still being produced",
            "Capability streamsUploads.",
            requires: .streamsUploads,
            needs: [.wire],
            absent: "a slow stream arrives whole or is refused, and is never cut",
            run: { trial in
                let body = RequestBody.stream(length: 2) {
                    stream { continuation in
                        continuation.yield(Data("a".utf8))
                        // The rest comes only when the server has seen the beginning.
                        try await trial.untilArrived()
                        continuation.yield(Data("b".utf8))
                    }
                }
                _ = try await trial.send(.post, body: body)
                try await trial.expectWhole("", Data("ab".utf8))
            },
            instead: { trial in
                let body = RequestBody.stream {
                    stream { continuation in
                        for _ in 0..<3 {
                            try await trial.pause(.milliseconds(20))
                            continuation.yield(Data("slow".utf8))
                        }
                    }
                }
                try await trial.expectWholeOrRefused(try trial.request(.post, body: body), Data("slowslowslow".utf8))
            }
        ),
        Self(
            "upload_length_that_lies",
            "A stream of another length than promised is an error",
            "RFC 9112 §6.2: a message of a wrong length desynchronises the connection. Fewer bytes than promised never "
                + "arrive as a complete request."
        ) { trial in
            // At a border of the stream's chunks and within one, also in pieces that a connection takes at once.
            let promises = [
                ("/fewer", 101, 10), ("/more", 3, 10), ("/more-by-chunks", 5_000, 1_000), ("/more-than-none", 0, 10),
                ("/fewer-by-chunks", 11_000, 1_000), ("/more-by-large-chunks", 400_000, 200_000),
            ]
            for (suffix, length, chunk) in promises {
                let body = RequestBody.stream(length: length) {
                    stream { continuation in
                        for _ in 0..<10 { continuation.yield(Data(repeating: 0x61, count: chunk)) }
                    }
                }
                let flight = trial.start(try trial.request(.post, suffix, body: body))
                try trial.expectError(await flight.outcome(within: trial.slack), [.invalidRequest])
                let whole = await trial.received(suffix).filter(\.isComplete)
                try trial.expect(whole.isEmpty, "no complete request", seen: "one")
            }
        },
        Self(
            "upload_stream_that_fails",
            "A stream that throws ends the call with an error",
            "The request never arrives as a complete one."
        ) { trial in
            let body = RequestBody.stream {
                stream { continuation in
                    continuation.yield(Data("half".utf8))
                    throw ResilientError(.invalidRequest, "the stream broke")
                }
            }
            let outcome = await trial.start(try trial.request(.post, body: body)).outcome(within: trial.slack)
            guard case .failure = outcome else {
                throw Mismatch(expected: "an error", seen: Mismatch.text(outcome))
            }
            try trial.expect(await trial.received().allSatisfy { !$0.isComplete }, "no complete request", seen: "one")
        },
    ]

    /// A stream that a task of its own produces.
    fileprivate static func stream(
        _ produce: @escaping @Sendable (AsyncThrowingStream<Data, any Error>.Continuation) async throws -> Void
    ) -> RequestBody.Chunks {
        AsyncThrowingStream<Data, any Error> { continuation in
            let flight = Flight(runtime: .system) {
                do {
                    try await produce(continuation)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in flight.cancel() }
        }
    }
}

extension Trial {
    fileprivate func expectWhole(_ suffix: String, _ body: Data) async throws {
        let request = try await arrival(suffix)
        try expect(request.isComplete, "a complete request", seen: "an incomplete one")
        try expectBytes(request.body, body, "a body")
    }

    fileprivate func expectWholeOrRefused(_ request: ClientRequest, _ body: Data) async throws {
        let suffix = String(request.url.path.dropFirst(prefix.count))
        let outcome = await outcome(request)
        if case .failure = outcome {
            try expectError(outcome, [.unsupported, .invalidRequest], reached: [.no])
            try expect(await received(suffix).isEmpty, "nothing at the server", seen: "a request")
        } else {
            try expectAnswer(outcome)
            try await expectWhole(suffix, body)
        }
    }

    fileprivate func sendStreams(mayRefuse: Bool) async throws {
        let chunks = [1, 40_000, 0, 200_000].map { Data(SeededBytes.make($0, seed: UInt64($0))) }
        let whole = chunks.reduce(Data(), +)
        let make: @Sendable () -> RequestBody.Chunks = {
            TransportConformance.Check.stream { continuation in for chunk in chunks { continuation.yield(chunk) } }
        }
        let bodies: [(String, RequestBody)] = [
            ("/replayable-length", .stream(length: whole.count, make)), ("/replayable", .stream(make)),
            ("/once-length", .once(length: whole.count, make())), ("/once", .once(make())),
        ]
        for (suffix, body) in bodies {
            let request = try request(.post, suffix, body: body)
            if mayRefuse {
                try await expectWholeOrRefused(request, whole)
            } else {
                try expectAnswer(await outcome(request))
                try await expectWhole(suffix, whole)
            }
        }
    }
}
