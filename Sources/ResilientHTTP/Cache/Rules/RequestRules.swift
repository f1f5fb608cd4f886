/// What a request asks of caches: its own fields and the call's mode taken together (RFC 9111 §5.2.1).
struct RequestRules: Sendable, Equatable {
    /// What may be done with a kept answer.
    enum Use {
        case serveFresh
        case serveStale
        /// As stale, while a fresh one is fetched.
        case serveAndRevalidate
        case ask
    }

    /// Neither served nor kept.
    private(set) var isNoStore = false
    /// The server is asked, whatever is kept.
    private(set) var asksAlways = false
    /// The server is asked to confirm what is kept, unless it is said never to change while it is fresh (RFC 8246).
    private(set) var revalidates = false
    /// Age does not matter.
    private(set) var takesStale = false
    /// The server is not asked.
    private(set) var isOnlyIfCached = false
    private(set) var maxAge: Duration?
    private(set) var minFresh: Duration?
    private(set) var maxStale: Duration?
    private(set) var staleIfError: Duration?
    /// The caller has a condition of its own that a cache can answer.
    private(set) var isConditional = false
    /// Only the server can answer: `If-Match`, `If-Unmodified-Since`, `If-Range`.
    private(set) var isForServer = false
    /// What part of the body is wanted; nil for all of it.
    private(set) var range: String?
    /// What is added to the request, for caches on the way and the server.
    private(set) var addition: String?

    init(_ request: ClientRequest, mode: CacheMode = .default) {
        var hasControl = false
        var pragma: String?
        for field in request.headers {
            // Nearly all fields are others.
            switch field.name.canonicalName.utf8.first {
            case UInt8(ascii: "c"): if field.name == .cacheControl { hasControl = true }
            case UInt8(ascii: "p"): if field.name == .pragma { pragma = field.value }
            case UInt8(ascii: "r"): if field.name == .range { range = field.value }
            case UInt8(ascii: "i"): read(condition: field.name)
            default: break
            }
        }
        if hasControl {
            read(CacheControl(request.headers))
        } else if let pragma,
            FieldList.members(pragma).contains(where: { Grammar.lowercased(String($0)) == "no-cache" })
        {
            asksAlways = true
        }
        if mode != .default { apply(mode, addsControl: !hasControl) }
    }

    private mutating func read(condition name: HeaderFields.Name) {
        switch name.canonicalName {
        case "if-none-match", "if-modified-since": isConditional = true
        case "if-match", "if-unmodified-since", "if-range": isForServer = true
        default: break
        }
    }

    private mutating func read(_ control: CacheControl) {
        isNoStore = control.isNoStore
        asksAlways = control.isNoCache
        isOnlyIfCached = control.isOnlyIfCached
        maxAge = control.maxAge
        minFresh = control.minFresh
        maxStale = control.maxStale
        staleIfError = control.staleIfError
    }

    private mutating func apply(_ mode: CacheMode, addsControl: Bool) {
        var control: String?
        switch mode {
        case .default, .bypass: break
        case .reload: (asksAlways, control) = (true, "no-cache")
        case .revalidate: (revalidates, control) = (true, "max-age=0")
        case .forceCache: takesStale = true
        case .onlyIfCached: isOnlyIfCached = true
        case .noStore: (isNoStore, control) = (true, "no-store")
        }
        if addsControl { addition = control }
    }

    /// Whether a kept answer can be of any use before the server is asked, or to ask it.
    func looksUp(_ mode: CacheMode) -> Bool { !isNoStore && mode != .reload }

    /// What may be done with a kept answer at a time.
    func use(of entry: CacheEntry, at now: MonotonicTime) -> Use {
        let terms = entry.terms
        let age = entry.age(at: now)
        let isFresh = age < entry.lifetime
        if asksAlways || terms.needsValidation { return .ask }
        if revalidates { return isFresh && terms.isImmutable ? .serveFresh : .ask }
        if takesStale { return isFresh ? .serveFresh : terms.forbidsStale ? .ask : .serveStale }
        // Not "older than": what is of this moment has an age of zero and is not what zero asks for.
        if let maxAge, maxAge == .zero || age > maxAge { return .ask }
        if isFresh {
            if let minFresh, entry.lifetime - age < minFresh { return .ask }
            return .serveFresh
        }
        if terms.forbidsStale { return .ask }
        if let maxStale, age - entry.lifetime <= maxStale { return .serveStale }
        guard minFresh == nil, maxAge == nil, age - entry.lifetime < terms.staleWhileRevalidate else { return .ask }
        return isOnlyIfCached ? .serveStale : .serveAndRevalidate
    }

    /// Whether a kept answer may stand in for one that the server cannot give (RFC 5861 §4). An error that is kept is no
    /// better than the one that it would replace, and older.
    func mayReplaceFailure(_ entry: CacheEntry, at now: MonotonicTime) -> Bool {
        guard !asksAlways, !revalidates, maxAge == nil, minFresh == nil, entry.mayBeServedStale, !entry.isError
        else { return false }
        let window = max(entry.terms.staleIfError, staleIfError ?? .zero)
        return entry.age(at: now) - entry.lifetime < window
    }
}
