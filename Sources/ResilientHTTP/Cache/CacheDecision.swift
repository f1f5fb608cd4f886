/// What the program says about one request, in the place of the rules; see ``Dependencies/cacheDecision``.
public enum CacheDecision: Sendable, Hashable {
    /// The rules decide.
    case standard
    /// The answer is kept for this time, whatever its headers say of freshness; also for methods that the rules leave
    /// alone, such as a `POST` that changes nothing, with a body in memory, which becomes part of the key. Zero keeps
    /// nothing. Answers with `no-store`, cookies or an error status are kept by their headers alone.
    case keep(Duration)
    /// The request goes past the cache.
    case bypass
}
