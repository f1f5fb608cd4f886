import Synchronization

/// How a limit stands for one key.
public struct RateLimitStatus: Sendable, Hashable, Codable {
    /// The limit's name; `adaptive` and `server` for what is not configured as a limit.
    public let name: String
    /// For whom; `*` for everybody.
    public let key: String
    /// The most at once; nil where there is no such number.
    public let limit: Int?
    /// What can be taken now, by us and by the server's last word; negative for a debt; nil for no bound.
    public let remaining: Int?
    /// Seconds until everything is there again if nobody takes anything.
    public let reset: Double
    /// Seconds for which the server's last word still holds; nil for none.
    public let serverHolds: Double?
    /// Calls that wait.
    public let waiting: Int
    /// Calls that were admitted.
    public let granted: Int
    /// Calls that were refused.
    public let rejected: Int

    private enum CodingKeys: String, CodingKey {
        case name, key, limit, remaining, reset, waiting, granted, rejected
        case serverHolds = "server_holds"
    }
}

extension RateLimiter {
    /// How the limits stand, key by key: those for which somebody waits first, then by name and key.
    ///
    /// - Parameter limit: The most keys to return. Default: 100.
    public func status(limit: Int = 100) -> [RateLimitStatus] {
        let now = runtime.now
        let all = state.withLock { state -> [RateLimitStatus] in
            let now = state.inOrder(now)
            var all: [RateLimitStatus] = []
            for rule in rules.indices {
                // Looking at a hundred thousand keys under the lock would hold up calls.
                for slot in state.tables[rule].occupied.prefix(max(0, limit)) {
                    all.append(status(rule, slot, &state, now: now))
                }
            }
            return all
        }
        return Array(all.sorted { ($1.waiting, $0.name, $0.key) < ($0.waiting, $1.name, $1.key) }.prefix(max(0, limit)))
    }

    /// What the limiter has done since it was made.
    public var totals: RateLimitTotals {
        state.withLock { state in
            var totals = state.totals
            totals.evicted = state.tables.reduce(0) { $0 + $1.evicted }
            totals.storeFailures = store?.failures.load(ordering: .relaxed) ?? 0
            return totals
        }
    }

    /// How many calls wait.
    public var waiting: Int {
        state.withLock { $0.standing.count } + (store?.waiting ?? 0)
    }

    private func status(
        _ rule: Int,
        _ slot: Int,
        _ state: inout LimiterState,
        now: MonotonicTime
    ) -> RateLimitStatus {
        let left = state.left(rule, slot, now: now)
        let key = state.tables[rule][slot]
        let text = Redactor.standard.redact(Grammar.onOneLine(state.tables[rule].key(of: slot).text))
        return RateLimitStatus(
            name: rules[rule].name,
            key: text,
            limit: rules[rule].capacity == .max ? nil : rules[rule].capacity,
            remaining: left == .max ? nil : left,
            reset: (state.tables[rule][slot].meter.full(now: now) - now).decimalSeconds,
            serverHolds: key.server.map { ($0.until - now).decimalSeconds },
            waiting: key.line?.count ?? 0,
            granted: key.granted,
            rejected: key.rejected
        )
    }
}
