import Foundation
import ResilientHTTPTesting
import Synchronization

@testable import ResilientHTTP

/// A few calls at one limiter, cancelled, refused further on and shut down at any point, and what must hold whatever
/// happens. Runs in a simulation and on the ordinary thread pool alike.
struct LimiterStorm: Sendable {
    /// The kinds of interleaving that are counted.
    enum Event: CaseIterable {
        case cancelledWhileWaiting
        case cancelledAtTheGrant
        case refusedAfterTheGrant
        case shutDownUnderWaiters
        case grantedAfterAWait
        case refusedAtOnce
    }

    /// What the limiter under test was told to keep.
    enum Limits: Sendable {
        /// So many in any period, each key for itself.
        case window(Int, Duration)
        /// A bucket of so much that gains so many a period.
        case bucket(Int, Int, Duration)
        /// So many in any period over all keys, and so many for each.
        case windows(shared: Int, own: Int, Duration)
    }

    let limits: Limits
    let limiter: any LimiterUnderTest
    let runtime: ClientRuntime
    let random: SeededRandomSource
    /// Virtual time stands still while code runs, so times can be checked exactly.
    let isExact: Bool
    let start: @Sendable (@escaping @Sendable () async throws -> Void) -> Task<Void, any Error>

    static let callCount = 8
    static let keys = ["a", "b"]

    /// What one call went through.
    private struct Call {
        var key = ""
        var cost = 0
        var entered: MonotonicTime?
        var order = 0
        var deadline: MonotonicTime?
        var expected: MonotonicTime?
        var isWaiting = false
        var cancelledAt: MonotonicTime?
        var grantedAt: MonotonicTime?
        var returnedAt: MonotonicTime?
        var endedAt: MonotonicTime?
    }

    private struct Ledger {
        var calls = Array(repeating: Call(), count: LimiterStorm.callCount)
        var entered = 0
        var isClosed = false
        var tally = Tally<Event>()
    }

    private final class Book: Sendable {
        let ledger = Mutex(Ledger())
    }

    func run() async throws -> Tally<Event> {
        let book = Book()
        let tasks = (0..<Self.callCount).map { call($0, book) }
        if chance(3) {
            try await sleep(upTo: 60)
            book.ledger.withLock { ledger in
                ledger.isClosed = true
                if ledger.calls.contains(where: \.isWaiting) { ledger.tally[.shutDownUnderWaiters] += 1 }
            }
            limiter.close()
        }
        for task in tasks { try await task.value }
        if !isExact {
            // Whoever loses a race against a cancellation gives back a moment after the other has gone on.
            for _ in 0..<500 where (try? check(book)) == nil { try await sleep(for: unit * 10) }
        }
        try check(book)
        limiter.close()
        return book.ledger.withLock { $0.tally }
    }

    private func call(_ index: Int, _ book: Book) -> Task<Void, any Error> {
        let begin = upTo(30)
        let key = Self.keys[chance(3) ? 1 : 0]
        let cost = 1 + Int(random.next() % 3)
        let patience: Duration? = isExact && chance(2) ? upTo(60) : nil
        let plan = random.next() % 5
        let delay = upTo(20)
        let hold: Duration? = chance(2) ? upTo(10) : nil
        return start { [self] in
            try await sleep(for: begin)
            let worker = start { try await work(index, book, key, cost, patience, hold) }
            switch plan {
            case 0, 1:
                try await sleep(for: delay)
                cancel(worker, index, book)
            case 2:
                // Right when it is expected to get its turn: the seed decides which of the two is first.
                try await sleep(for: .zero)
                let expected = book.ledger.withLock { $0.calls[index].expected }
                if let expected, expected - runtime.now < unit * 1000 {
                    try await sleep(for: expected - runtime.now)
                    cancel(worker, index, book)
                }
            default:
                break
            }
            if !isExact {
                // Nobody waits for ever on real threads.
                try await sleep(for: unit * 60)
                cancel(worker, index, book)
            }
            try await worker.value
        }
    }

    private func cancel(_ worker: Task<Void, any Error>, _ index: Int, _ book: Book) {
        let now = runtime.now
        book.ledger.withLock { ledger in
            let call = ledger.calls[index]
            guard call.endedAt == nil, call.entered != nil else { return }
            if call.isWaiting {
                ledger.tally[.cancelledWhileWaiting] += 1
                if call.expected == now { ledger.tally[.cancelledAtTheGrant] += 1 }
            }
            if ledger.calls[index].cancelledAt == nil { ledger.calls[index].cancelledAt = now }
        }
        worker.cancel()
    }

    private func work(
        _ index: Int,
        _ book: Book,
        _ key: String,
        _ cost: Int,
        _ patience: Duration?,
        _ hold: Duration?
    ) async throws {
        let deadline = patience.map { runtime.now + $0 }
        defer { book.ledger.withLock { $0.calls[index].endedAt = runtime.now } }
        let grant: GrantUnderTest
        do {
            grant = try await acquire(index, book, key, cost, deadline)
        } catch is Violation {
            throw Violation("call \(index)")
        } catch {
            book.ledger.withLock { $0.calls[index].isWaiting = false }
            return
        }
        book.ledger.withLock { ledger in
            if ledger.calls[index].isWaiting { ledger.tally[.grantedAfterAWait] += 1 }
            ledger.calls[index].isWaiting = false
            ledger.calls[index].grantedAt = runtime.now
        }
        // A stage further in refuses, at once or after a while.
        guard let hold else { return }
        if hold > unit * 5 { try? await sleep(for: hold) }
        book.ledger.withLock { ledger in
            ledger.tally[.refusedAfterTheGrant] += 1
            ledger.calls[index].returnedAt = runtime.now
        }
        grant.giveBack()
    }

    private func acquire(
        _ index: Int,
        _ book: Book,
        _ key: String,
        _ cost: Int,
        _ deadline: MonotonicTime?
    ) async throws -> GrantUnderTest {
        // Entering and noting it is one step: nothing else runs in between in a simulation.
        let entry: EntryUnderTest
        do {
            entry = try limiter.enter(cost: cost, key: key, deadline: deadline)
        } catch {
            book.ledger.withLock { $0.tally[.refusedAtOnce] += 1 }
            throw error
        }
        book.ledger.withLock { ledger in
            ledger.entered += 1
            ledger.calls[index].order = ledger.entered
            ledger.calls[index].key = key
            ledger.calls[index].cost = cost
            ledger.calls[index].entered = runtime.now
            ledger.calls[index].deadline = deadline
            if case .waiting(let expected, _) = entry {
                ledger.calls[index].isWaiting = true
                ledger.calls[index].expected = expected
            }
        }
        switch entry {
        case .granted(let grant): return grant
        case .waiting(_, let turn): return try await turn()
        }
    }
}

// MARK: - What must hold

extension LimiterStorm {
    private func check(_ book: Book) throws {
        let ledger = book.ledger.withLock { $0 }
        let calls = ledger.calls.filter { $0.entered != nil }
        if isExact {
            try checkTimes(calls, isClosed: ledger.isClosed)
            try checkOrder(calls)
            try checkWindows(calls)
        }
        try checkWhatIsLeft(calls)
    }

    private func checkTimes(_ calls: [Call], isClosed: Bool) throws {
        for call in calls {
            guard let ended = call.grantedAt ?? call.endedAt else { throw Violation("a call never ended") }
            if let deadline = call.deadline, ended > deadline {
                throw Violation("a wait outlived its deadline")
            }
            if let cancelled = call.cancelledAt, call.grantedAt == nil, ended > cancelled {
                throw Violation("a wait outlived its cancellation")
            }
            // In a bucket alone the estimate can only be too long: nobody waits in vain.
            if case .bucket = limits, call.grantedAt == nil, call.cancelledAt == nil, !isClosed {
                throw Violation("a call waited in vain")
            }
        }
    }

    /// Nobody gets its turn while another of its key waits that came earlier.
    private func checkOrder(_ calls: [Call]) throws {
        for late in calls {
            guard let granted = late.grantedAt else { continue }
            for early in calls where early.key == late.key && early.order < late.order {
                guard let ended = early.grantedAt ?? early.endedAt, ended > granted else { continue }
                throw Violation("\(late.order) got its turn before \(early.order)")
            }
        }
    }

    /// What was granted and not given back never exceeds the limit, in any window of the history.
    private func checkWindows(_ calls: [Call]) throws {
        let kept = calls.filter { $0.grantedAt != nil && $0.returnedAt == nil }
        for first in kept {
            for last in kept {
                guard let from = first.grantedAt, let to = last.grantedAt, from <= to else { continue }
                func used(_ key: String?) -> Int {
                    kept.filter { call in
                        guard let time = call.grantedAt else { return false }
                        return time >= from && time <= to && (key == nil || call.key == key)
                    }.reduce(0) { $0 + $1.cost }
                }
                let span = (to - from).saturatedNanoseconds
                for key in Self.keys {
                    switch limits {
                    case .window(let limit, let period):
                        try check(used(key) <= limit || span >= period.saturatedNanoseconds, "the window of \(key)")
                    case .windows(let shared, let own, let period):
                        try check(used(key) <= own || span >= period.saturatedNanoseconds, "the window of \(key)")
                        try check(used(nil) <= shared || span >= period.saturatedNanoseconds, "the shared window")
                    case .bucket(let capacity, let tokens, let period):
                        // Exactly: used − capacity ≤ span · tokens / period.
                        let most = Int128(span) * Int128(tokens)
                        let over = Int128(used(key) - capacity) * Int128(period.saturatedNanoseconds)
                        try check(over <= most, "the bucket of \(key)")
                    }
                }
            }
        }
    }

    /// What is left is the limit without what was kept in the last period: nothing lost, nothing given back twice, and
    /// of several limits none is left half taken.
    private func checkWhatIsLeft(_ calls: [Call]) throws {
        let now = runtime.now
        let period: Duration
        switch limits {
        case .bucket: return
        case .window(_, let time), .windows(_, _, let time): period = time
        }
        func used(_ key: String?) -> Int {
            calls.filter { call in
                guard let granted = call.grantedAt, call.returnedAt == nil else { return false }
                return now - granted < period && (key == nil || call.key == key)
            }.reduce(0) { $0 + $1.cost }
        }
        for key in Self.keys where calls.contains(where: { $0.key == key }) {
            let expected: [Int]
            switch limits {
            case .window(let limit, _): expected = [limit - used(key)]
            case .windows(let shared, let own, _): expected = [own - used(key), shared - used(nil)]
            case .bucket: continue
            }
            let left = limiter.left(key)
            try check(left == expected, "\(left) left for \(key), not \(expected)")
        }
    }

    private func check(_ isTrue: Bool, _ what: String) throws {
        if !isTrue { throw Violation(what) }
    }
}

// MARK: - Chance and time

extension LimiterStorm {
    var unit: Duration { .milliseconds(1) }

    func chance(_ oneIn: UInt64) -> Bool { random.next() % oneIn == 0 }

    /// Microseconds in a simulation, so that what happens at the same time does so on purpose.
    func upTo(_ units: UInt64) -> Duration {
        .microseconds(Int64(random.next() % (units * 1000 + 1)))
    }

    func sleep(upTo units: UInt64) async throws { try await sleep(for: upTo(units)) }

    func sleep(for duration: Duration) async throws {
        let shot = OneShot<Void>()
        _ = runtime.schedule(at: runtime.now + duration) { shot.resolve(.success(())) }
        try await shot.value()
    }
}
