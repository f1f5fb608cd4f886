import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let time: [Self] = [
        Self(
            "deadline_before_answer",
            "Without an answer the call ends at its deadline, with the deadline's own error",
            "Capability honoursDeadlines: at once, and not before.",
            requires: .honoursDeadlines,
            absent: "a client over the transport ends at its attempt timeout",
            run: { trial in
                await trial.play(.silence)
                for (kind, code) in [
                    (Deadline.Kind.attempt, ResilientError.Code.attemptTimeout), (.total, .deadlineExceeded),
                ] {
                    try await trial.expectEnd(at: limit, code) { trial.context(deadline: limit, kind: kind) }
                }
                try await trial.untilExchangeEnded()
            },
            instead: { try await $0.expectClientEnds(.silence) }
        ),
        Self(
            "deadline_within_body",
            "A body that stops coming ends at the deadline",
            "Capability honoursDeadlines: the body is a part of the exchange.",
            requires: .honoursDeadlines,
            absent: "a client over the transport ends at its attempt timeout",
            run: { trial in
                await trial.play(.answer(Data("begun".utf8), framing: .declared(100), ending: .silence))
                try await trial.expectEnd(at: limit, .attemptTimeout) { trial.context(deadline: limit) }
            },
            instead: {
                try await $0.expectClientEnds(.answer(Data("begun".utf8), framing: .declared(100), ending: .silence))
            }
        ),
        Self(
            "deadline_that_has_passed",
            "A deadline that has passed ends the call",
            "Capability honoursDeadlines.",
            requires: .honoursDeadlines,
            absent: "a client over the transport sends nothing after its deadline",
            run: { trial in
                await trial.play(.silence)
                let flight = trial.start(try trial.request(), trial.context(deadline: .milliseconds(-10)))
                try trial.expectError(await flight.outcome(within: trial.slack), [.attemptTimeout])
            },
            instead: { try await $0.expectClientEnds(.silence) }
        ),
        Self(
            "no_deadline_no_end",
            "A slow answer is waited for when there is no deadline",
            "Timeouts are the caller's; a transport has none of its own that is this short."
        ) { trial in
            var scenario = ConformanceScenario.text("late")
            scenario.delay = .milliseconds(600)
            await trial.play(scenario)
            try trial.expectEqual(try await trial.send().text, "late", "the body")
        },
        Self(
            "first_byte_timeout",
            "An answer that does not begin in its time is attemptTimeout",
            "RequestContext.wireTimeouts, which only a transport can keep.",
            requires: .honoursDeadlines,
            absent: "a client over the transport ends at its attempt timeout",
            run: { trial in
                await trial.play(.silence)
                try await trial.expectEnd(at: limit, .attemptTimeout) {
                    trial.context(wire: WireTimeouts(firstByte: limit))
                }
            },
            instead: { try await $0.expectClientEnds(.silence) }
        ),
        Self(
            "idle_timeout",
            "A body that stops coming is attemptTimeout after the idle time",
            "RequestContext.wireTimeouts, which only a transport can keep.",
            requires: .honoursDeadlines,
            absent: "a client over the transport ends at its attempt timeout",
            run: { trial in
                await trial.play(.answer(Data("begun".utf8), framing: .chunked, ending: .silence))
                try await trial.expectEnd(at: limit, .attemptTimeout) { trial.context(wire: WireTimeouts(idle: limit)) }
            },
            instead: { try await $0.expectClientEnds(.answer(Data("begun".utf8), framing: .chunked, ending: .silence)) }
        ),
        Self(
            "idle_timeout_is_between_pieces",
            "A slow body that keeps coming is no idle one, nor does it miss the first byte",
            "WireTimeouts.idle is between two pieces, WireTimeouts.firstByte ends with the head."
        ) { trial in
            let pieces = (0..<6).flatMap {
                [ConformanceScenario.Piece.pause(.milliseconds(200)), .bytes(Data("\($0)".utf8))]
            }
            await trial.play(.inPieces(pieces))
            let wire = WireTimeouts(firstByte: .seconds(1), idle: .seconds(1))
            let outcome = await trial.outcome(try trial.request(), trial.context(wire: wire))
            try trial.expectEqual(try trial.expectAnswer(outcome).text, "012345", "the body")
        },
    ]

    fileprivate static let limit = Duration.milliseconds(300)
}

extension Trial {
    /// A call that a time limit ends: not before it, and not much after it.
    fileprivate func expectEnd(
        at limit: Duration,
        _ code: ResilientError.Code,
        _ context: () -> RequestContext
    ) async throws {
        let began = runtime.now
        let flight = start(try request(), context())
        try expectError(await flight.outcome(within: limit + slack), [code], reached: [.maybe, .yes])
        let taken = runtime.now - began
        try expect(
            taken >= limit,
            "an end not before \(limit.decimalSeconds) s",
            seen: "one after \(taken.decimalSeconds) s"
        )
    }

    /// What the pipeline does for a transport that keeps no time.
    fileprivate func expectClientEnds(_ scenario: ConformanceScenario) async throws {
        await play(scenario)
        let (client, request) = (try client(), try request())
        let limit = TransportConformance.Check.limit
        let flight = Flight(runtime: runtime) {
            try await client.send(request, options: RequestOptions(attemptTimeout: limit))
        }
        try expectError(await flight.outcome(within: limit + slack), [.attemptTimeout])
        await client.shutdown(grace: .zero)
    }
}
