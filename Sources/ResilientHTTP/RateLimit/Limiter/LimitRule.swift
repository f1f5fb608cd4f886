/// One limit as the limiter applies it: what makes its keys, what a call takes, how a new key begins.
///
/// A class, because every call looks at it and its parts would be copied each time.
final class LimitRule: Sendable {
    enum Kind: Sendable {
        case limit(RateLimit)
        case adaptive(AdaptiveRateConfiguration)
        /// What the server said where no limit of ours matches. Has keys only while something holds.
        case server
    }

    let name: String
    /// The limit's name and what it allows, for messages.
    let title: String
    /// Why calls wait, when all share one key.
    let shortage: String
    let kind: Kind
    let parts: [RateLimitScope.Part]
    let counts: RateLimit.Measure
    let capacity: Int
    let maxKeys: Int
    let isServer: Bool
    let isAdaptive: Bool
    let isShared: Bool

    init(name: String, limit: RateLimit) {
        self.name = name
        title = Self.title(name, limit)
        shortage = "\(title) is used up"
        kind = .limit(limit)
        parts = limit.scope.parts ?? [.client]
        counts = limit.counts
        capacity = limit.capacity
        maxKeys = limit.maxKeys
        (isServer, isAdaptive, isShared) = (false, false, parts == [.client])
    }

    init(adaptive: AdaptiveRateConfiguration) {
        name = "adaptive"
        title = Self.title(name)
        shortage = "\(title) is used up"
        kind = .adaptive(adaptive)
        parts = adaptive.scope.parts ?? [.client]
        counts = .requests
        capacity = .max
        maxKeys = adaptive.maxKeys
        (isServer, isAdaptive, isShared) = (false, true, parts == [.client])
    }

    init(serverScope: RateLimitScope) {
        name = "server"
        title = Self.title(name)
        shortage = "the server's limit is used up"
        kind = .server
        parts = serverScope.parts ?? [.origin]
        counts = .requests
        capacity = .max
        maxKeys = 10_000
        (isServer, isAdaptive, isShared) = (true, false, false)
    }

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

    private static func title(_ name: String, _ limit: RateLimit? = nil) -> String {
        guard let limit else { return "the limit '\(name)'" }
        let unit = limit.counts == .requests ? " requests" : ""
        let burst = limit.algorithm == .tokenBucket && limit.capacity != limit.limit ? ", burst \(limit.capacity)" : ""
        return "the limit '\(name)' of \(limit.limit)\(unit) per \(limit.per.decimalSeconds) s\(burst)"
    }
}
