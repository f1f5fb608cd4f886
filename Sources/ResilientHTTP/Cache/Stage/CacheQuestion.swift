/// What a request is looked up by, and what it asks of the cache.
struct CacheQuestion: Sendable {
    let key: CacheKey
    let rules: RequestRules
    /// What the program says about the answer's freshness.
    let own: OwnTime
    /// Whether only the head is wanted.
    let isHead: Bool
    /// Whether something kept may be of use.
    let looksUp: Bool
}
