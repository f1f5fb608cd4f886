import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let shutdowns: [Self] = [
        Self(
            "client_shutdown_ends_calls",
            "The shutdown of a client ends its calls at once with clientClosed",
            "Capability honoursDeadlines: RequestContext.withEndHandler tells a transport of it.",
            requires: .honoursDeadlines,
            absent: "a client over the transport ends its calls at once with clientClosed",
            run: { try await $0.shutClientDown() },
            instead: { try await $0.shutClientDown() }
        ),
        Self(
            "shutdown_ends_exchanges",
            "A shutdown ends what is in flight with clientClosed, at the server too",
            "Transport.shutdown()."
        ) { trial in
            await trial.play(.silence)
            let flights = try (0..<4).map { _ in trial.start(try trial.request()) }
            try await trial.untilArrived(count: 4)
            try await trial.expectShutdown()
            for flight in flights {
                try trial.expectError(await flight.outcome(within: trial.slack), [.clientClosed])
            }
            try await trial.untilExchangeEnded()
        },
        Self(
            "shutdown_refuses_later_requests",
            "A request after the shutdown is refused with clientClosed and not sent",
            "Transport.shutdown()."
        ) { trial in
            _ = try await trial.send()
            // Whether a shutdown ends is the affair of another check.
            let shutdown = Flight(runtime: trial.runtime) { await trial.transport.shutdown() }
            _ = await shutdown.outcome(within: trial.slack)
            let flight = trial.start(try trial.request())
            try trial.expectError(await flight.outcome(within: trial.slack), [.clientClosed], reached: [.no, nil])
            try trial.expectEqual(await trial.received().count, 1, "requests at the server")
        },
        Self(
            "shutdown_ends",
            "A shutdown ends, used or not, one after the other and at the same time",
            "Transport.shutdown() may be called more than once."
        ) { trial in
            try await trial.expectShutdown()
            try await trial.expectShutdown()
            let used = trial.make()
            _ = try await trial.exchange(trial.request(), trial.context(), over: used)
            let flights = (0..<4).map { _ in Flight(runtime: trial.runtime) { await used.shutdown() } }
            for flight in flights {
                let outcome = await flight.outcome(within: trial.slack)
                try trial.expect(outcome != nil, "an end of four shutdowns at once", seen: "one still hangs")
            }
        },
        Self(
            "shutdown_closes_connections",
            "A shutdown closes every connection, idle ones included",
            "Transport.shutdown() frees everything.",
            needs: [.connections]
        ) { trial in
            await trial.play(.text("kept"))
            let flights = try (0..<8).map { _ in trial.start(try trial.request()) }
            for flight in flights { try trial.expectAnswer(await flight.outcome(within: trial.slack)) }
            try await trial.expectShutdown()
            try await trial.untilExchangeEnded()
        },
        Self(
            "no_descriptor_leak",
            "Exchanges and shutdowns leave no descriptor behind",
            "Transport.shutdown() frees everything. Looked at are the process's descriptors over rounds of 8 transports "
                + "with 8 exchanges each: a leak grows with every round."
        ) { trial in
            guard trial.descriptors() != nil else {
                throw Mismatch(expected: "a list of this process's descriptors", seen: "none on this system")
            }
            await trial.play(.text("kept"), .answer(Data("closed".utf8), afterwards: .closes), .text("kept"))
            try await trial.useTransports()
            var counts = [try await trial.settledDescriptors(atMost: nil)]
            // Something else in the process may open descriptors meanwhile, but hardly so evenly.
            for _ in 0..<4 {
                try await trial.useTransports()
                let before = counts[counts.count - 1]
                counts.append(try await trial.settledDescriptors(atMost: before + 7))
                if counts[counts.count - 1] < before + 8 { return }
            }
            throw Mismatch(expected: "no more descriptors after every round", seen: "\(counts)")
        },
    ]
}

extension Trial {
    fileprivate func expectShutdown() async throws {
        let flight = Flight(runtime: runtime) { [self] in await transport.shutdown() }
        let outcome = await flight.outcome(within: slack)
        try expect(outcome != nil, "an end of the shutdown", seen: "it still hangs after \(slack.decimalSeconds) s")
    }

    fileprivate func shutClientDown() async throws {
        await play(.silence)
        let (client, request) = (try client(), try request())
        let flight = Flight(runtime: runtime) { try await client.send(request) }
        try await untilArrived()
        let shutdown = Flight(runtime: runtime) { await client.shutdown(grace: .zero) }
        try expectError(await flight.outcome(within: slack), [.clientClosed])
        let ended = await shutdown.outcome(within: slack)
        try expect(ended != nil, "an end of the client's shutdown", seen: "it still hangs")
    }

    fileprivate func useTransports() async throws {
        for _ in 0..<8 {
            let transport = make()
            let request = try request()
            for _ in 0..<8 { _ = try await exchange(request, context(), over: transport) }
            let shutdown = Flight(runtime: runtime) { await transport.shutdown() }
            _ = await shutdown.outcome(within: .milliseconds(250))
        }
    }

    /// How many descriptors there are when they have become few enough, or have had time to.
    fileprivate func settledDescriptors(atMost limit: Int?) async throws -> Int {
        var least = descriptors() ?? 0
        for _ in 0..<(limit == nil ? 10 : 50) {
            if let limit, least <= limit { break }
            try await pause(.milliseconds(20))
            least = min(least, descriptors() ?? 0)
        }
        return least
    }
}
