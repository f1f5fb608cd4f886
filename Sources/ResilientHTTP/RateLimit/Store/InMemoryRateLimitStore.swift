import Synchronization

/// A store in this process's memory, for several clients that share their limits.
///
/// One client alone does not need it: a limiter without a store is faster.
public final class InMemoryRateLimitStore: RateLimitStore {
    private let runtime: ClientRuntime
    private let tables = Mutex(Tables())

    private struct Tables {
        var byName: [String: KeyTable] = [:]
        private var latest = MonotonicTime(nanoseconds: .min)

        /// The clock may be the program's own and is not looked at under the lock; but times must not pass each other on
        /// the way to the meters.
        mutating func inOrder(_ now: MonotonicTime) -> MonotonicTime {
            latest = max(latest, now)
            return latest
        }
    }

    /// The most limits that a store keeps; further ones are refused with an error.
    public static let maxLimits = 1000

    /// Makes an empty store. Default runtime: the system's.
    public init(runtime: ClientRuntime = .system) {
        self.runtime = runtime
    }

    /// Takes from all limits or from none.
    ///
    /// Throws a configuration error for limits that are invalid or too many.
    public func take(_ demands: [RateLimitDemand]) async throws -> RateLimitAnswer {
        for demand in demands { try demand.limit.validate(at: demand.name) }
        let now = runtime.now
        return try tables.withLock { tables in
            let now = tables.inOrder(now)
            if demands.contains(where: { $0.amount > $0.limit.capacity }) { return .never }
            var latest = now
            for (index, demand) in demands.enumerated() {
                let taken = try Self.withState(of: demand, &tables, now) { $0.take(demand.amount, now: now) }
                if taken { continue }
                for demand in demands[..<index] {
                    try Self.withState(of: demand, &tables, now) {
                        $0.giveBack(demand.refund(takenAt: now), stamp: 0, now: now)
                    }
                }
                for demand in demands {
                    let time = try Self.withState(of: demand, &tables, now) { $0.ready(for: demand.amount, now: now) }
                    latest = max(latest, time)
                }
                return .retryAfter(latest - now)
            }
            return .granted(receipt: now.nanoseconds)
        }
    }

    /// Gives back what was taken under a receipt.
    public func giveBack(_ demands: [RateLimitDemand], receipt: Int64) async throws {
        let now = runtime.now
        try tables.withLock { tables in
            let now = tables.inOrder(now)
            for demand in demands {
                try Self.withState(of: demand, &tables, now) {
                    $0.giveBack(
                        demand.refund(takenAt: MonotonicTime(nanoseconds: receipt)),
                        stamp: 0,
                        now: now
                    )
                }
            }
        }
    }

    /// Takes what has been used already; a debt blocks for 120 s at most.
    public func owe(_ demands: [RateLimitDemand]) async throws {
        let now = runtime.now
        try tables.withLock { tables in
            let now = tables.inOrder(now)
            for demand in demands {
                try Self.withState(of: demand, &tables, now) {
                    $0.meter.owe(demand.amount, now: now, longest: .seconds(120))
                }
            }
        }
    }

    private static func withState<Result>(
        of demand: RateLimitDemand,
        _ tables: inout Tables,
        _ now: MonotonicTime,
        _ body: (inout KeyState) -> Result
    ) throws -> Result {
        if tables.byName[demand.name] == nil {
            guard tables.byName.count < maxLimits else {
                throw ResilientError.configuration([
                    ConfigurationProblem(path: demand.name, message: "is one limit too many: \(maxLimits) are kept")
                ])
            }
            tables.byName[demand.name] = KeyTable(maxKeys: demand.limit.maxKeys, isShared: false)
        }
        var table = tables.byName.removeValue(forKey: demand.name) ?? KeyTable(maxKeys: 1, isShared: false)
        defer { tables.byName[demand.name] = table }
        let slot = table.slot(of: .text(demand.key)) { Meter(demand.limit, now: now) }
        return body(&table[slot])
    }
}

extension RateLimitDemand {
    /// All of the demand; a bucket is taken to have been full then, so that never too much comes back.
    fileprivate func refund(takenAt: MonotonicTime) -> RateRefund {
        RateRefund(amount: amount, taken: amount, takenAt: takenAt, mark: nil)
    }
}
