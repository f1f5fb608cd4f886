import Foundation
import Synchronization

@testable import ResilientHTTP

/// A few requests that come to a queue at any time, are cancelled at any time, and what must hold whatever happens.
/// Runs in a simulation and on the ordinary thread pool alike.
struct QueueStorm: Sendable {
    /// The kinds of interleaving that are counted.
    enum Event: CaseIterable {
        case cancelledAsItCame
        case cancelledWhileQueued
        case cancelledAtGrant
        case droppedAtCapacity
        case shutDownUnderWaiters
        case limitReached
        case expired
        case aged
    }

    let runtime: ClientRuntime
    let random: SeededRandomSource
    /// What the durations below are multiplied by: milliseconds in a simulation cost nothing, real ones do.
    let unit: Duration
    /// Virtual time stands still while code runs, so "at once" can be checked exactly.
    let isExact: Bool
    let start: @Sendable (@escaping @Sendable () async throws -> Void) -> Task<Void, any Error>
    let makeQueue: @Sendable (AdmissionConfiguration, ClientRuntime) throws -> any QueueUnderTest

    static let requestCount = 10

    func run() async throws -> Tally<Event> {
        let configuration = makeConfiguration()
        let queue = try makeQueue(configuration, runtime)
        let ledger = QueueLedger(configuration)
        let tasks = Tasks()
        let requests = (0..<Self.requestCount).map { request($0, queue, ledger, tasks) }
        if chance(3) {
            try await sleep(for: upTo(25))
            if queue.load.waiting > 0 { ledger.tally { $0[.shutDownUnderWaiters] += 1 } }
            queue.shutdown()
            ledger.close(now: runtime.now)
        }
        for request in requests { try await request.value }
        try check(queue, ledger)
        if isExact {
            let aged = try ledger.checkOrder()
            ledger.tally { $0[.aged] += aged }
        }
        let dropped = queue.load.dropped
        ledger.tally { $0[.droppedAtCapacity] += dropped }
        return ledger.tally
    }

    private func makeConfiguration() -> AdmissionConfiguration {
        var configuration = AdmissionConfiguration(
            maxConcurrentRequests: 1 + below(3),
            capacity: 1 + below(6),
            overflow: [.rejectNewest, .dropLowest, .wait][below(3)]
        )
        configuration.ageing = chance(4) ? nil : unit * (1 + below(5))
        configuration.shedsLate = chance(2)
        if chance(4) {
            configuration.concurrency = chance(2) ? .aimd(max: 4) : .gradient(max: 4)
            configuration.concurrency.window = unit * 5
            configuration.concurrency.windowSamples = 2
            configuration.concurrency.baselineInterval = unit * 10
        }
        return configuration
    }

    /// What can be cancelled.
    private final class Tasks: Sendable {
        private let tasks = Mutex<[Int: Task<Void, any Error>]>([:])

        subscript(id: Int) -> Task<Void, any Error>? {
            get { tasks.withLock { $0[id] } }
            set { tasks.withLock { $0[id] = newValue } }
        }
    }

    /// One request and, for half of them, something that cancels it: at a time, or another one that ends and with that
    /// has just made room for it.
    private func request(
        _ id: Int,
        _ queue: any QueueUnderTest,
        _ ledger: QueueLedger,
        _ tasks: Tasks
    ) -> Task<Void, any Error> {
        let begin = upTo(12)
        let priority = Priority(rawValue: below(3))
        let timeout = chance(2) ? unit * (1 + below(25)) : nil
        let service = unit * (1 + below(8))
        let cancellation = chance(2) ? upTo(20) : nil
        let cancelsAnother = chance(4)
        return start { [self] in
            try await sleep(for: begin)
            let task = start {
                ledger.arrive(id, priority, deadline: timeout.map { runtime.now + $0 }, now: runtime.now)
                do {
                    try await queue.run(priority: priority, timeout: timeout) {
                        try ledger.begin(id, queue.load, now: runtime.now)
                        try await sleep(for: service)
                        ledger.finish(id)
                        try Task.checkCancellation()
                    }
                    try ledger.end(id, nil, now: runtime.now, isExact: isExact)
                } catch {
                    try ledger.end(id, error, now: runtime.now, isExact: isExact)
                }
                try ledger.check(queue.load)
                if cancelsAnother, let other = ledger.someWaiting(random.next()), let task = tasks[other] {
                    try cancel(other, task, queue, ledger)
                }
            }
            tasks[id] = task
            if let cancellation {
                // Without a wait it may be ahead of the request's first step.
                if cancellation > .zero { try await sleep(for: cancellation) }
                try cancel(id, task, queue, ledger)
            }
            try await task.value
        }
    }

    private func cancel(
        _ id: Int,
        _ task: Task<Void, any Error>,
        _ queue: any QueueUnderTest,
        _ ledger: QueueLedger
    ) throws {
        let before = queue.load
        ledger.noteCancellation(of: id, now: runtime.now)
        task.cancel()
        try ledger.check(queue.load)
        ledger.classifyCancellation(of: id, wasQueued: queue.load.waiting < before.waiting)
    }

    private func check(_ queue: any QueueUnderTest, _ ledger: QueueLedger) throws {
        let load = queue.load
        if load.waiting != 0 || load.inFlight != 0 { throw Violation("\(load) is left") }
        guard queue is PriorityQueue else { return }
        if load.counted != Self.requestCount {
            throw Violation("\(load.counted) of \(Self.requestCount) requests counted")
        }
        if load.admitted != ledger.beginnings { throw Violation("\(load.admitted) admitted, \(ledger.beginnings) ran") }
    }
}

// MARK: - Chance and time

extension QueueStorm {
    private func below(_ bound: UInt64) -> Int {
        Int(random.next() % bound)
    }

    private func chance(_ oneIn: UInt64) -> Bool {
        random.next() % oneIn == 0
    }

    /// Whole units, so that different things often happen at the same time.
    private func upTo(_ units: UInt64) -> Duration {
        unit * Int(random.next() % (units + 1))
    }

    private func sleep(for duration: Duration) async throws {
        let shot = OneShot<Void>()
        _ = runtime.schedule(at: runtime.now + duration) { shot.resolve(.success(())) }
        try await shot.value()
    }
}
