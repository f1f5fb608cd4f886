/// What the program says about one request, in the place of the rules; see ``Dependencies/cacheDecision``.
public enum CacheDecision: Sendable, Hashable {
    /// The rules decide.
    case standard
    /// The answer is kept for this time, whatever its headers say; also for methods that the rules leave alone, such as
    /// a `POST` that changes nothing. Zero keeps nothing.
    case keep(Duration)
    /// The request goes past the cache.
    case bypass
}
