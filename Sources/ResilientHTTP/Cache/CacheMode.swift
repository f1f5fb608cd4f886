/// How one call uses the cache.
public enum CacheMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// By the rules: what is fresh is served, what is stale is validated.
    case `default`
    /// Asks the server whatever is kept, and keeps the answer. Sent as `Cache-Control: no-cache`.
    case reload
    /// Has the server confirm what is kept, fresh or not; `immutable` answers not before they are stale (RFC 8246). Sent
    /// as `Cache-Control: max-age=0`.
    case revalidate
    /// Serves what is kept however old it is; asks the server only when there is nothing, or when the server has said that
    /// it must be asked (`no-cache`, `must-revalidate`).
    case forceCache = "force_cache"
    /// Serves what is kept and may be served; otherwise answers 504 without asking the server (RFC 9111 §5.2.1.7).
    case onlyIfCached = "only_if_cached"
    /// Neither serves nor keeps, and tells caches on the way the same (`Cache-Control: no-store`).
    case noStore = "no_store"
    /// Goes past the cache: nothing is looked up, kept, invalidated or added to the request.
    case bypass
}
