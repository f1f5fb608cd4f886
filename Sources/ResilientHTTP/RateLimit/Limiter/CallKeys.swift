/// The keys of one call, one for each limit, made before the limiter's lock is taken.
struct CallKeys: Sendable {
    private var first: LimitKey?
    private var others: [LimitKey] = []
    private var count = 0
    /// For what the server said; nil while it has said nothing, so that it need not be computed.
    var server: LimitKey?

    init() {}

    mutating func add(_ key: LimitKey) {
        if count == 0 { first = key } else { others.append(key) }
        count += 1
    }

    /// The key of a limit; nil when the limit has none for this call.
    subscript(rule: Int) -> LimitKey? {
        if rule >= count { return server }
        return rule == 0 ? first : others[rule - 1]
    }
}
