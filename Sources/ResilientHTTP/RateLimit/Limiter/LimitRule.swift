/// One limit as the limiter applies it: what makes its keys, what a call takes, how a new key begins.
struct LimitRule: Sendable {
    enum Kind: Sendable {
        case limit(RateLimit)
        case adaptive(AdaptiveRateConfiguration)
        /// What the server said where no limit of ours matches. Has keys only while something holds.
        case server
    }

    let name: String
    let kind: Kind
    let parts: [RateLimitScope.Part]
    let counts: RateLimit.Measure
    let capacity: Int
    let maxKeys: Int

    init(name: String, limit: RateLimit) {
        self.name = name
        kind = .limit(limit)
        parts = limit.scope.parts ?? [.client]
        counts = limit.counts
        capacity = limit.capacity
        maxKeys = limit.maxKeys
    }

    init(adaptive: AdaptiveRateConfiguration) {
        name = "adaptive"
        kind = .adaptive(adaptive)
        parts = adaptive.scope.parts ?? [.client]
        counts = .requests
        capacity = .max
        maxKeys = adaptive.maxKeys
    }

    init(serverScope: RateLimitScope) {
        name = "server"
        kind = .server
        parts = serverScope.parts ?? [.origin]
        counts = .requests
        capacity = .max
        maxKeys = 10_000
    }

    var isServer: Bool {
        if case .server = kind { true } else { false }
    }

    var isShared: Bool { parts == [.client] }

    func amount(cost: Int) -> Int {
        counts == .requests ? 1 : cost
    }

    func makeMeter(now: MonotonicTime) -> Meter {
        switch kind {
        case .limit(let limit): Meter(limit, now: now)
        case .adaptive(let settings): .adaptive(AdaptiveRate(settings, now: now))
        case .server: .open
        }
    }

    /// What the limit allows, for messages.
    var description: String {
        guard case .limit(let limit) = kind else { return "" }
        let unit = counts == .requests ? " requests" : ""
        let burst = limit.algorithm == .tokenBucket && limit.capacity != limit.limit ? ", burst \(limit.capacity)" : ""
        return " of \(limit.limit)\(unit) per \(limit.per.decimalSeconds) s\(burst)"
    }
}
