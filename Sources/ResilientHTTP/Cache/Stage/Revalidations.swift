import Synchronization

/// What is being fetched again in the background: one request for an entry at a time, and after a failure the next one not
/// before a pause that grows, so that a source that is ill is not asked again at every read of what it has left behind.
final class Revalidations: Sendable {
    fileprivate struct Subject: Hashable {
        let key: CacheKey
        let selectors: [CacheEntry.Selector]

        init(_ entry: CacheEntry) {
            (key, selectors) = (entry.key, entry.selectors)
        }
    }

    fileprivate struct Failure {
        var count = 0
        var pausedUntil: MonotonicTime
    }

    fileprivate struct State {
        var running: Set<Subject> = []
        var failures: [Subject: Failure] = [:]
    }

    /// How one ended.
    enum Ending {
        /// The source has answered.
        case answered
        /// It has failed, and may have said how long it is to be left alone.
        case failed(told: Duration?)
        /// Nothing was asked, or nothing is known of it.
        case neutral
    }

    /// 1 s, 2 s, 4 s … up to a minute, and at least half of that.
    fileprivate static let pauses = Backoff.exponential(base: .seconds(1), cap: .seconds(60), jitter: .equal)
    /// The most entries whose failures are kept; the one whose pause ends first goes first.
    fileprivate static let limit = 1_000

    private let state = Mutex(State())

    /// Whether nobody else is at it and no pause is on; then ``end(_:_:_:)`` is due.
    func begin(_ entry: CacheEntry, now: MonotonicTime) -> Bool {
        let subject = Subject(entry)
        return state.withLock { state in
            if let failure = state.failures[subject], now < failure.pausedUntil { return false }
            return state.running.insert(subject).inserted
        }
    }

    func end(_ entry: CacheEntry, _ ending: Ending, _ runtime: ClientRuntime) {
        let subject = Subject(entry)
        let now = runtime.now
        var random = 0.0
        if case .failed = ending { random = runtime.uniform() }
        state.withLock { [random] state in
            state.running.remove(subject)
            switch ending {
            case .answered: state.failures[subject] = nil
            case .failed(let told): state.note(subject, told, now, random)
            case .neutral: break
            }
        }
    }
}

extension Revalidations.State {
    fileprivate mutating func note(
        _ subject: Revalidations.Subject,
        _ told: Duration?,
        _ now: MonotonicTime,
        _ random: Double
    ) {
        if failures[subject] == nil, failures.count >= Revalidations.limit,
            let first = failures.min(by: { $0.value.pausedUntil < $1.value.pausedUntil })?.key
        {
            failures[first] = nil
        }
        var failure = failures[subject] ?? Revalidations.Failure(pausedUntil: now)
        var backoff = Backoff.State()
        let own = Revalidations.pauses.delay(retry: failure.count, state: &backoff, random: random)
        failure.count = min(failure.count + 1, 64)
        failure.pausedUntil = now + max(own, told.map { $0 + ServerHints.spread(of: $0) * random } ?? .zero)
        failures[subject] = failure
    }
}
