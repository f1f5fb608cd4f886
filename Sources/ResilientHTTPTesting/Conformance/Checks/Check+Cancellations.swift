import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let cancellations: [Self] = [
        Self(
            "cancelled_before",
            "A call of a task that is cancelled throws CancellationError and sends nothing",
            "Capability honoursDeadlines.",
            requires: .honoursDeadlines,
            absent: "a client over the transport throws CancellationError and sends nothing",
            run: { trial in
                let (request, context) = (try trial.request(), trial.context())
                let flight = Flight(runtime: trial.runtime) {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await trial.exchange(request, context)
                }
                try trial.expectCancellation(await flight.outcome(within: trial.slack))
                try await trial.pause(.milliseconds(50))
                try trial.expectEqual(await trial.received().count, 0, "requests at the server")
            },
            instead: { trial in
                let (client, request) = (try trial.client(), try trial.request())
                let flight = Flight(runtime: trial.runtime) {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await client.send(request)
                }
                try trial.expectCancellation(await flight.outcome(within: trial.slack))
                try trial.expectEqual(await trial.received().count, 0, "requests at the server")
            }
        ),
        Self(
            "cancelled_while_waiting",
            "A call that is cancelled ends at once with CancellationError, and ends at the server too",
            "Capability honoursDeadlines.",
            requires: .honoursDeadlines,
            absent: "a client over the transport ends at once with CancellationError",
            run: { try await $0.cancel(.silence, atServerToo: true) },
            instead: { try await $0.cancelClient(.silence) }
        ),
        Self(
            "cancelled_within_body",
            "A call that is cancelled while its body comes ends at once with CancellationError",
            "Capability honoursDeadlines.",
            requires: .honoursDeadlines,
            absent: "a client over the transport ends at once with CancellationError",
            run: { try await $0.cancel(halfABody, atServerToo: $0.server.observes.contains(.connections)) },
            instead: { try await $0.cancelClient(halfABody) }
        ),
        Self(
            "usable_after_cancellations",
            "Cancellations at any moment leave the transport usable",
            "A cancellation may meet an answer that is just arriving; nothing may hang or be mixed up."
        ) { trial in
            await trial.play(.text("well"))
            for step in 0..<40 {
                let flight = trial.start(try trial.request())
                if step % 4 != 0 { try await trial.pause(.microseconds(step * 50)) }
                flight.cancel()
                let outcome = await flight.outcome(within: trial.slack)
                if case .success = outcome { continue }
                try trial.expectCancellation(outcome)
            }
            try trial.expectEqual(try await trial.send().text, "well", "the answer after 40 cancellations")
        },
    ]

    private static let halfABody = ConformanceScenario.answer(
        Data("begun".utf8),
        framing: .declared(100),
        ending: .silence
    )
}

extension Trial {
    fileprivate func cancel(_ scenario: ConformanceScenario, atServerToo: Bool) async throws {
        await play(scenario)
        let flight = start(try request())
        try await untilArrived()
        // Time for the head, where there is one.
        try await pause(.milliseconds(30))
        flight.cancel()
        try expectCancellation(await flight.outcome(within: slack))
        if atServerToo { try await untilExchangeEnded() }
    }

    fileprivate func cancelClient(_ scenario: ConformanceScenario) async throws {
        await play(scenario)
        let (client, request) = (try client(), try request())
        let flight = Flight(runtime: runtime) { try await client.send(request) }
        try await untilArrived()
        flight.cancel()
        try expectCancellation(await flight.outcome(within: slack))
        await client.shutdown(grace: .zero)
    }
}
