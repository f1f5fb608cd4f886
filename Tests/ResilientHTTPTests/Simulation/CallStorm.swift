import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// A few calls with retry, timeouts and redirects against a moody server, cancelled and shut down at any point, and
/// what must hold whatever happens. Runs in a simulation and on the ordinary thread pool alike.
struct CallStorm: Sendable {
    /// The kinds of interleaving that are counted.
    enum Event: CaseIterable {
        case cancelledWhileSending
        case cancelledInBackoff
        case cancelledAtDeadline
        case endedByShutdown
        case lateAnswers
        case timeoutsRacingAnswers
    }

    let runtime: ClientRuntime
    let random: SeededRandomSource
    /// What the durations below are multiplied by: milliseconds in a simulation cost nothing, real ones do.
    let unit: Duration
    /// Virtual time stands still while code runs, so "at once" can be checked exactly.
    let isExact: Bool
    let start: @Sendable (@escaping @Sendable () async throws -> Void) -> Task<Void, any Error>
    var note: @Sendable (String) -> Void = { _ in }

    static let callCount = 6

    var attemptTimeout: Duration { unit * 20 }
    var totalTimeout: Duration { unit * 60 }
    var grace: Duration { unit * 10 }

    func run() async throws -> Tally<Event> {
        let ledger = StormLedger()
        let transport = StormTransport(self, ledger: ledger, isDeaf: chance(3))
        var dependencies = Dependencies(transport: transport, runtime: runtime)
        dependencies.stages = [CustomStage(.init(rawValue: "phases"), StormPhases(ledger: ledger), at: .innermost)]
        let client = try ResilientClient(configuration, dependencies: dependencies)

        let calls = (0..<Self.callCount).map { call($0, client, ledger) }
        if chance(2) {
            try await sleep(upTo: 70)
            let began = runtime.now
            await client.shutdown(grace: chance(3) ? .zero : grace)
            if isExact, runtime.now - began > grace { throw Violation("the shutdown outlasted its grace") }
            do {
                _ = try await client.get("https://example.com/after")
                throw Violation("a closed client took a call")
            } catch let error as ResilientError where error.code == .clientClosed {}
        }
        for call in calls { try await call.value }
        await client.shutdown(grace: .zero)
        if let left = client.retryBudgetLeft, !(0...500).contains(left) {
            throw Violation("the budget holds \(left)")
        }
        if client.callsInFlight != 0 { throw Violation("\(client.callsInFlight) calls are still counted") }
        return ledger.tally
    }

    private var configuration: Configuration {
        Configuration().with {
            // Half of all answers are failures here, and all calls are to get theirs.
            $0.circuitBreaker = nil
            $0.retry = RetryConfiguration(maxAttempts: 4, backoff: .exponential(base: unit * 4, cap: unit * 16))
            $0.timeouts.attempt = attemptTimeout
            $0.timeouts.total = totalTimeout
            $0.redirects?.limit = 3
        }
    }

    /// One call and, for most, something that cancels it: at a random time, or right at its deadline.
    private func call(_ index: Int, _ client: ResilientClient, _ ledger: StormLedger) -> Task<Void, any Error> {
        let begin = upTo(20)
        let cancellation: Duration? =
            switch random.next() % 6 {
            case 0: nil
            case 1, 2, 3: totalTimeout
            default: upTo(60)
            }
        return start { [self] in
            try await sleep(for: begin)
            let began = runtime.now
            let task = start {
                let result = await Self.result {
                    try await client.get("https://example.com/\(index)", options: .init(tags: ["call": "\(index)"]))
                }
                try check(result, call: index, began: began, ledger)
            }
            if let cancellation {
                try await sleep(for: cancellation)
                ledger.noteCancellation(of: index, isAtDeadline: cancellation == totalTimeout, now: runtime.now)
                task.cancel()
            }
            try await task.value
        }
    }

    private func check(
        _ result: Result<ClientResponse, any Error>,
        call: Int,
        began: MonotonicTime,
        _ ledger: StormLedger
    ) throws {
        let now = runtime.now
        let cancelledAt = ledger.end(of: call, result)
        note("\(call) \(Self.describe(result))")
        if isExact {
            if now > began + totalTimeout { throw Violation("call \(call) outlived its deadline") }
            if let cancelledAt, now > cancelledAt {
                throw Violation("call \(call) went on for \(now - cancelledAt) after its cancellation")
            }
        }
        switch result {
        case .success(let response):
            if response.attempts.isEmpty { throw Violation("an answer without an attempt") }
        case .failure(let error as ResilientError):
            let expected: [ResilientError.Code] = [
                .status, .connectionLost, .attemptTimeout, .deadlineExceeded, .clientClosed, .tooManyRedirects,
            ]
            if !expected.contains(error.code) { throw Violation("unexpected \(error)") }
        case .failure(let error):
            guard error is CancellationError, cancelledAt != nil else {
                throw Violation("call \(call) threw \(error) though nobody cancelled it")
            }
        }
    }

    private static func result(
        _ body: () async throws -> ClientResponse
    ) async -> Result<ClientResponse, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    private static func describe(_ result: Result<ClientResponse, any Error>) -> String {
        switch result {
        case .success(let response): "answered \(response.status) after \(response.attempts.count)"
        case .failure(let error as ResilientError): "failed \(error.code) after \(error.attempts.count)"
        case .failure: "cancelled"
        }
    }
}

// MARK: - Chance and time

extension CallStorm {
    func chance(_ oneIn: UInt64) -> Bool {
        random.next() % oneIn == 0
    }

    /// Whole units, so that different things often happen at the same time.
    func upTo(_ units: UInt64) -> Duration {
        unit * Int(random.next() % (units + 1))
    }

    func sleep(upTo units: UInt64) async throws {
        try await sleep(for: upTo(units))
    }

    func sleep(for duration: Duration) async throws {
        let shot = OneShot<Void>()
        _ = runtime.schedule(at: runtime.now + duration) { shot.resolve(.success(())) }
        try await shot.value()
    }
}
