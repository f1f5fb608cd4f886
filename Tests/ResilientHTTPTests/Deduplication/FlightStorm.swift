import Foundation
import Synchronization

@testable import ResilientHTTP

/// A few calls for two or three different things, which come at any time, are cancelled at any time and have any
/// deadline, and what must hold whatever happens. Runs in a simulation and on the ordinary thread pool alike.
struct FlightStorm: Sendable {
    /// The kinds of interleaving that are counted.
    enum Event: CaseIterable {
        case followerCancelled
        case leaderCancelled
        case everyoneLeft
        case cancelledAtResult
        case leaderLate
        case joinedWhileLeaving
        case failedForSeveral
        case shutDown
    }

    let runtime: ClientRuntime
    let random: SeededRandomSource
    /// What the durations below are multiplied by: milliseconds in a simulation cost nothing, real ones do.
    let unit: Duration
    /// Virtual time stands still while code runs, so "at once" can be checked exactly.
    let isExact: Bool
    let start: @Sendable (@escaping @Sendable () async throws -> Void) -> Task<Void, any Error>
    /// What shares the requests, in the place of the client's own stage; nil for that one.
    let substitute: (any Middleware)?

    static let callCount = 9

    /// What can be cancelled.
    final class Tasks: Sendable {
        private let tasks = Mutex<[Int: Task<Void, any Error>]>([:])

        subscript(id: Int) -> Task<Void, any Error>? {
            get { tasks.withLock { $0[id] } }
            set { tasks.withLock { $0[id] = newValue } }
        }
    }

    func run() async throws -> Tally<Event> {
        let (ledger, tasks) = (FlightLedger(), Tasks())
        let isBounded = substitute == nil && chance(8)
        let client = try makeClient(ledger, tasks, maxFlights: isBounded ? 1 : 100)
        let base = chance(2) ? FlightRequest() : FlightRequest().changed(random)
        let kinds = [base, base, base.changed(random), base.changed(random)]
        let calls = (0..<Self.callCount).map { id in
            call(id, kinds[below(kinds.count)], client, ledger, tasks)
        }
        let crowd = start { [self] in try await leaveTogether(base, client, ledger, tasks) }
        var tally = Tally<Event>()
        if chance(8) {
            try await sleep(for: upTo(16))
            if client.callsInFlight > 0 { tally[.shutDown] += 1 }
            ledger.close(now: runtime.now)
            await client.shutdown(grace: .zero)
        }
        for call in calls { try await call.value }
        try await crowd.value
        // What was cancelled comes to its end by itself.
        try await sleep(for: unit * 5)
        try check(client, ledger)
        try ledger.checkSources()
        if isExact, !isBounded { try ledger.checkTimes() }
        await client.shutdown(grace: .zero)
        tally += ledger.tally
        return tally
    }

    /// Half of the time everybody leaves at the same moment, and somebody comes right then.
    private func leaveTogether(
        _ kind: FlightRequest,
        _ client: ResilientClient,
        _ ledger: FlightLedger,
        _ tasks: Tasks
    ) async throws {
        guard chance(2) else { return }
        try await sleep(for: upTo(10))
        let newcomer = chance(2) ? call(Self.callCount, kind, at: .zero, client, ledger, tasks) : nil
        let name = FlightRequest.name(of: kind.request(random), kind.options)
        for id in ledger.waiting(for: name) where id != Self.callCount { cancel(id, ledger, tasks) }
        let another = chance(2) ? call(Self.callCount + 1, kind, at: .zero, client, ledger, tasks) : nil
        try await newcomer?.value
        try await another?.value
    }

    private func call(
        _ id: Int,
        _ kind: FlightRequest,
        at begin: Duration? = nil,
        _ client: ResilientClient,
        _ ledger: FlightLedger,
        _ tasks: Tasks
    ) -> Task<Void, any Error> {
        let begin = begin ?? upTo(8)
        let timeout = chance(2) ? unit * (1 + below(12)) : nil
        let cancellation = chance(3) ? upTo(10) : nil
        let request = kind.request(random)
        var options = kind.options
        options.totalTimeout = timeout
        options.tags = ["call": "\(id)"]
        let sent = options
        return start { [self] in
            if begin > .zero { try await sleep(for: begin) }
            let task = start {
                let now = runtime.now
                let name = FlightRequest.name(of: request, sent)
                ledger.begin(id, name, deadline: timeout.map { now + $0 }, now: now)
                let outcome = try await outcome(of: id, name, client, request, sent)
                try ledger.end(id, outcome, now: runtime.now, isExact: isExact)
            }
            tasks[id] = task
            if let cancellation {
                try await sleep(for: cancellation)
                cancel(id, ledger, tasks)
            }
            try await task.value
        }
    }

    private func cancel(_ id: Int, _ ledger: FlightLedger, _ tasks: Tasks) {
        guard let task = tasks[id] else { return }
        ledger.noteCancellation(of: id, now: runtime.now)
        task.cancel()
    }

    private func outcome(
        of id: Int,
        _ name: String,
        _ client: ResilientClient,
        _ request: ClientRequest,
        _ options: RequestOptions
    ) async throws -> FlightLedger.Outcome {
        do {
            let response = try await client.send(request, options: options)
            guard response.text == name else { throw Violation("\(name) was answered by \(response.text)") }
            guard let flight = response.headers[FlightWitness.field].flatMap({ Int($0) }) else {
                throw Violation("an answer without a flight")
            }
            guard response.url == request.url else { throw Violation("an answer from another URL") }
            return .answer(flight: flight, isNetwork: response.source == .network)
        } catch let error as ResilientError {
            switch error.code {
            case .deadlineExceeded: return .deadline
            case .clientClosed: return .closed
            default:
                guard let flight = Int(error.message) else { throw Violation("unexpected \(error)") }
                return .failure(flight: flight)
            }
        } catch is CancellationError {
            return .cancelled
        }
    }

    private func check(_ client: ResilientClient, _ ledger: FlightLedger) throws {
        if client.callsInFlight != 0 { throw Violation("\(client.callsInFlight) calls are still counted") }
        guard let statistics = client.deduplicationStatistics() else { return }
        if statistics.flying != 0 || statistics.waiting != 0 { throw Violation("\(statistics) is left") }
        if statistics.flights + statistics.alone != ledger.flights.count {
            throw Violation("\(statistics) with \(ledger.flights.count) flights")
        }
        if statistics.flights + statistics.alone + statistics.coalesced > ledger.calls.count {
            throw Violation("\(statistics) with \(ledger.calls.count) calls")
        }
    }
}

// MARK: - The client

extension FlightStorm {
    private func makeClient(_ ledger: FlightLedger, _ tasks: Tasks, maxFlights: Int) throws -> ResilientClient {
        let retries = chance(3)
        let configuration = Configuration().with {
            $0.circuitBreaker = nil
            $0.timeouts = .none
            $0.retry = nil
            if retries { $0.retry = RetryConfiguration(maxAttempts: 2, backoff: .constant(unit * 3, jitter: .none)) }
            if substitute == nil {
                $0.deduplication = DeduplicationConfiguration()
                $0.deduplication?.methods.insert("POST")
                $0.deduplication?.maxFlights = maxFlights
            }
        }
        let witness = FlightWitness(storm: self, ledger: ledger) { cancel($0, ledger, tasks) }
        var dependencies = Dependencies(transport: FlightTransport(storm: self, ledger: ledger), runtime: runtime)
        dependencies.stages = [CustomStage(.init(rawValue: "witness"), witness, at: .after(.deduplication))]
        if let substitute {
            dependencies.stages.append(
                CustomStage(.init(rawValue: "substitute"), substitute, at: .before(.deduplication))
            )
        }
        return try ResilientClient(configuration, dependencies: dependencies)
    }

    func below(_ bound: Int) -> Int {
        Int(random.next() % UInt64(bound))
    }

    func chance(_ oneIn: UInt64) -> Bool {
        random.next() % oneIn == 0
    }

    /// Whole units, so that different things often happen at the same time.
    func upTo(_ units: UInt64) -> Duration {
        unit * Int(random.next() % (units + 1))
    }

    func sleep(for duration: Duration) async throws {
        let shot = OneShot<Void>()
        _ = runtime.schedule(at: runtime.now + duration) { shot.resolve(.success(())) }
        try await shot.value()
    }
}
