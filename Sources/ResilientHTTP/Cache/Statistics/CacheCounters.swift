import Synchronization

/// Counts for ``CacheStatistics``.
final class CacheCounters: Sendable {
    private struct State {
        var statistics = CacheStatistics()
        /// What the store had counted when this began; stores are not reset.
        var beginning = CacheStoreCounts()
    }

    /// The most endpoints with counts of their own.
    static let endpointLimit = 256
    /// Where the others are counted.
    static let rest = "other"

    private let state = Mutex(State())

    func note(_ outcome: CacheOutcome, endpoint: String?) {
        state.withLock { state in
            state.statistics.lookups.note(outcome)
            guard let endpoint else { return }
            if state.statistics.byEndpoint[endpoint]?.note(outcome) != nil { return }
            let isFull = state.statistics.byEndpoint.count >= Self.endpointLimit
            state.statistics.byEndpoint[isFull ? Self.rest : endpoint, default: CacheLookups()].note(outcome)
        }
    }

    func change(_ body: (inout CacheStatistics) -> Void) {
        state.withLock { body(&$0.statistics) }
    }

    /// The statistics, with what a store counts itself.
    func statistics(_ counts: CacheStoreCounts) -> CacheStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.evictions = counts.evictions - state.beginning.evictions
            statistics.expirations = counts.expirations - state.beginning.expirations
            statistics.storeRubbish += counts.corrupted - state.beginning.corrupted
            statistics.storeFailures = counts.failures - state.beginning.failures
            statistics.storeDropped = counts.dropped - state.beginning.dropped
            statistics.entries = counts.usage?.entries
            statistics.bytes = counts.usage?.bytes
            return statistics
        }
    }

    /// Begins anew.
    func reset(_ counts: CacheStoreCounts) {
        state.withLock { $0 = State(beginning: counts) }
    }
}
