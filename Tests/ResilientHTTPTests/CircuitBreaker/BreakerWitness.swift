import ResilientHTTP
import Synchronization

/// The kinds of interleaving that are counted.
enum BreakerEvent: CaseIterable {
    case cancelledProbes, lateResults, refusedAfterGrant, refused, closed, givenUp
}

/// Stands between callers and a breaker and checks, at every step, what must hold whatever is done when.
final class BreakerWitness<Subject: BreakerSubject>: Sendable {
    enum End: Sendable {
        case success
        case failure
        case cancelled
        /// A stage further in refused the call after the breaker had let it pass.
        case refused

        var verdict: BreakerVerdict {
            switch self {
            case .success: .success
            case .failure: .failure
            case .cancelled, .refused: .neutral
            }
        }
    }

    private struct Held {
        let era: Int
        let isProbe: Bool
        let since: MonotonicTime
    }

    private struct Book {
        var subject: Subject
        var era = 0
        var held: [Int: Held] = [:]
        var successes = 0
        var tally = Tally<BreakerEvent>()
    }

    private let configuration: CircuitBreakerConfiguration
    private let book: Mutex<Book>

    init(_ subject: Subject, _ configuration: CircuitBreakerConfiguration) {
        self.configuration = configuration
        book = Mutex(Book(subject: subject))
    }

    var tally: Tally<BreakerEvent> { book.withLock { $0.tally } }

    func state(now: MonotonicTime) -> CircuitBreaker.State { book.withLock { $0.subject.look(now: now).state } }

    func acquire(now: MonotonicTime) throws -> BreakerGrant? {
        try book.withLock { book in
            let before = book.subject.look(now: now)
            let grant = book.subject.acquire(now: now)
            let after = book.subject.look(now: now)
            let probes = book.held.values.filter(\.isProbe)
            let overdue = probes.filter { isOverdue($0, now) }
            switch (before.state, after.state) {
            case (.open, .halfOpen):
                try check(grant != nil && before.nextProbe == 0, "half-open without a probe, or too early")
                book.era += 1
                book.successes = 0
            case (.halfOpen, .open):
                try check(grant == nil && !overdue.isEmpty, "re-opened though no probe was overdue")
                book.era += 1
            default:
                try check(before.state == after.state, "a permit led from \(before.state) to \(after.state)")
            }
            guard let grant else {
                book.tally[.refused] += 1
                try check(after.state != .closed, "a closed breaker refused")
                if before.state == .halfOpen, after.state == .halfOpen {
                    let live = probes.count - overdue.count
                    try check(live >= configuration.halfOpenMaxCalls, "refused though only \(live) probes are live")
                }
                return nil
            }
            try check(grant.isProbe == (after.state == .halfOpen), "the wrong kind of permit when \(after.state)")
            book.held[grant.number] = Held(era: book.era, isProbe: grant.isProbe, since: now)
            let live = book.held.values.count { $0.isProbe && !isOverdue($0, now) }
            try check(!grant.isProbe || live <= configuration.halfOpenMaxCalls, "\(live) probes in flight")
            return grant
        }
    }

    func settle(_ grant: BreakerGrant, _ end: End, now: MonotonicTime) throws {
        try book.withLock { book in
            guard let held = book.held.removeValue(forKey: grant.number) else { return }
            let before = book.subject.look(now: now)
            book.subject.settle(grant, end.verdict, now: now)
            let after = book.subject.look(now: now)
            let isLate = held.era != book.era
            if isLate, end.verdict != .neutral { book.tally[.lateResults] += 1 }
            if end == .refused { book.tally[.refusedAfterGrant] += 1 }
            if end == .cancelled, held.isProbe { book.tally[.cancelledProbes] += 1 }
            if held.isProbe {
                // One that was given up as overdue had no slot any more.
                let wasGivenUp = after.probes == before.probes
                if wasGivenUp { book.tally[.givenUp] += 1 }
                try check(!wasGivenUp || isOverdue(held, now), "a probe that ended kept its slot")
                try check(after.probes >= before.probes - 1, "a probe freed two slots")
            } else {
                try check(after.probes == before.probes, "an ordinary call freed a slot")
            }
            if isLate || end.verdict == .neutral {
                try check(Self.same(before, after), "\(end)\(isLate ? ", late," : "") moved \(before) to \(after)")
                return
            }
            try checkMove(held, end, before, after, &book)
        }
    }

    /// To be asked when every call has ended.
    func finish(now: MonotonicTime) throws {
        try book.withLock { book in
            let look = book.subject.look(now: now)
            try check(look.probes == 0, "\(look.probes) slots are taken though nothing is in flight")
        }
    }

    private func checkMove(
        _ held: Held,
        _ end: End,
        _ before: BreakerLook,
        _ after: BreakerLook,
        _ book: inout Book
    ) throws {
        if before.state != after.state { book.era += 1 }
        switch (before.state, end) {
        case (.closed, .failure):
            let opens = before.failures + 1 >= configuration.failureThreshold
            try check(after.state == (opens ? .open : .closed), "failure \(before.failures + 1) led to \(after.state)")
            try check(after.failures == before.failures + 1, "a failure was not counted")
        case (.closed, _):
            try check(after.state == .closed && after.failures == 0, "a success led to \(after)")
        case (.halfOpen, .failure):
            try check(after.state == .open, "a failed probe led to \(after.state)")
        case (.halfOpen, _):
            book.successes += 1
            let closes = book.successes >= configuration.successThreshold
            try check(after.state == (closes ? .closed : .halfOpen), "success \(book.successes) led to \(after.state)")
            if closes { book.tally[.closed] += 1 }
        default:
            throw Violation("a result of now in state \(before.state)")
        }
    }

    private func isOverdue(_ held: Held, _ now: MonotonicTime) -> Bool {
        now - held.since >= configuration.halfOpenTimeout
    }

    private static func same(_ left: BreakerLook, _ right: BreakerLook) -> Bool {
        var right = right
        right.probes = left.probes
        return left == right
    }

    private func check(_ condition: Bool, _ text: @autoclosure () -> String) throws {
        if !condition { throw Violation(text()) }
    }
}
