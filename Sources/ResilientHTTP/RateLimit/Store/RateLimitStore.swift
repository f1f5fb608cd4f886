/// Where limits are kept that several processes share, such as Redis.
///
/// A limiter without a store keeps its limits in memory, without a detour; with one it asks the store at each call.
/// A store that throws, hangs or contradicts itself cannot hurt a call: the answer is waited for
/// ``RateLimitConfiguration/storeTimeout``, and what happens then is ``RateLimitConfiguration/onStoreFailure``.
///
/// ```swift
/// struct RedisStore: RateLimitStore {
///     func take(_ demands: [RateLimitDemand]) async throws -> RateLimitAnswer {
///         let reply = try await redis.evaluate(takeScript, demands)      // all or none, in one script
///         return reply.wait == 0 ? .granted(receipt: reply.time) : .retryAfter(.milliseconds(reply.wait))
///     }
///     …
/// }
/// ```
public protocol RateLimitStore: Sendable {
    /// Takes from all limits or from none, at once.
    func take(_ demands: [RateLimitDemand]) async throws -> RateLimitAnswer
    /// Gives back what was taken under a receipt and never used.
    func giveBack(_ demands: [RateLimitDemand], receipt: Int64) async throws
    /// Takes what has been used already, even if it is not there: the debt delays whoever comes next.
    func owe(_ demands: [RateLimitDemand]) async throws
}

/// What a call wants of one limit of a store.
public struct RateLimitDemand: Sendable, Equatable {
    /// The limit's name.
    public let name: String
    /// For whom, as a text. The scope `credential` is hashed anew in every process: for limits shared by several,
    /// choose another one, such as a tenant or a tag.
    public let key: String
    /// How much.
    public let amount: Int
    /// The limit itself, for stores that compute.
    public let limit: RateLimit

    /// Makes a demand.
    public init(name: String, key: String, amount: Int, limit: RateLimit) {
        (self.name, self.key, self.amount, self.limit) = (name, key, amount, limit)
    }
}

/// What a store says to a demand.
public enum RateLimitAnswer: Sendable, Hashable {
    /// Everything has been taken; the receipt comes back if it is to be given back.
    case granted(receipt: Int64)
    /// Nothing was taken; ask again after this time.
    case retryAfter(Duration)
    /// Nothing was taken, and no wait helps.
    case never
}
