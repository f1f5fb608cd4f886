import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let bodies: [Self] = [
        Self(
            "bodies_of_a_length",
            "Bodies of 0 bytes, 1 byte and 1 MiB arrive whole",
            "RFC 9112 §6.3, Content-Length."
        ) { trial in
            for count in [0, 1, 65_536, 1 << 20] {
                let body = Data(SeededBytes.make(count, seed: UInt64(count)))
                await trial.play(.answer(body), at: "/\(count)")
                try trial.expectBytes(try await trial.send(.get, "/\(count)").data, body, "a body")
            }
        },
        Self(
            "chunked_bodies",
            "Chunked bodies arrive whole, also with pauses between the chunks",
            "RFC 9112 §7.1."
        ) { trial in
            let chunks = [1, 2, 1_000, 70_000].map { Data(SeededBytes.make($0, seed: UInt64($0))) }
            let whole = chunks.reduce(Data(), +)
            await trial.play(.inPieces(chunks.map { .bytes($0) }), at: "/at-once")
            try trial.expectBytes(try await trial.send(.get, "/at-once").data, whole, "a body")
            await trial.play(.inPieces(chunks.flatMap { [.bytes($0), .pause(.milliseconds(20))] }), at: "/paused")
            try trial.expectBytes(try await trial.send(.get, "/paused").data, whole, "a body")
            await trial.play(.inPieces([]), at: "/empty")
            try trial.expectBytes(try await trial.send(.get, "/empty").data, Data(), "a body")
        },
        Self(
            "bodies_until_close",
            "A body that ends with its connection arrives whole",
            "RFC 9112 §6.3, rule 8."
        ) { trial in
            let body = Data(SeededBytes.make(100_000, seed: 3))
            await trial.play(.answer(body, framing: .untilClose))
            try trial.expectBytes(try await trial.send().data, body, "a body")
        },
        Self(
            "binary_bodies",
            "Bytes are bytes: zeros, line ends and what is no text",
            "A body is not looked into, whatever its content type."
        ) { trial in
            let body = Data((0...255).map { UInt8($0) } + [0, 0, 13, 10, 13, 10, 0xFF, 0xFE, 0xED, 0xA0, 0x80, 0])
            for type in ["application/octet-stream", "text/plain; charset=utf-8", "application/json"] {
                await trial.play(.answer(body, headers: [.contentType: type]))
                try trial.expectBytes(try await trial.send().data, body, "a \(type)")
            }
        },
        Self(
            "response_limit",
            "A body above the call's limit is responseTooLarge, one at the limit is not",
            "RequestContext.body; a transport that hands out a stream may leave this to the pipeline."
        ) { trial in
            let body = Data(repeating: 7, count: 200_000)
            for (name, framing) in [("length", ConformanceScenario.Framing.length), ("chunked", .chunked)] {
                let halves = [body.prefix(100_000), body.dropFirst(100_000)].map {
                    ConformanceScenario.Piece.bytes(Data($0))
                }
                await trial.play(.inPieces(halves, framing: framing), at: "/\(name)")
                let request = try trial.request(.get, "/\(name)")
                let exact = await trial.outcome(request, trial.context(limit: body.count))
                try trial.expectBytes(try trial.expectAnswer(exact).data, body, "a body at the limit")
                for limit in [body.count - 1, 10, 0] {
                    let outcome = await trial.outcome(request, trial.context(limit: limit))
                    try trial.expectError(outcome, [.responseTooLarge], reached: [.yes])
                }
            }
        },
    ]
}
