/// What is kept of the answers, for how long, and when it is served: a private cache by RFC 9111, and beside it a time
/// of one's own for services that send no headers.
public struct CacheConfiguration: ConfigurationSection {
    /// How long an answer is fresh whose server does not say; zero keeps nothing then. Default: nil, then RFC 9111's
    /// heuristic decides.
    ///
    /// Times of one's own are for what succeeded and for what has moved for good (200, 203, 204, 300, 301, 308), and never
    /// for what sets a cookie: errors and such answers are kept by their headers alone.
    public var ttl: Duration?
    /// The same by the endpoint's name, which goes before ``ttl``. Default: none.
    public var endpointTTLs: [String: Duration] = [:]
    /// Whether the server's headers go before the times set here. Default: true; false lets those times count even
    /// against `no-store`.
    public var respectsHeaders = true
    /// The most answers in memory. Default: 1000.
    public var maxEntries = 1000
    /// The most bytes in memory. Default: 64 MiB.
    public var maxBytes = 64 << 20
    /// The most bytes of one answer, head included. Default: 1 MiB.
    public var maxEntryBytes = 1 << 20
    /// The share of an answer's age since its last change for which it is taken to be fresh, where neither the server
    /// nor ``ttl`` says (RFC 9111 §4.2.2). Default: 0.1; zero turns guessing off.
    public var heuristicFraction = 0.1
    /// The longest such guess. Default: a day.
    public var heuristicLimit: Duration = .seconds(86_400)
    /// How long a stale answer may be served while a fresh one is fetched in the background, where the server does not
    /// say (RFC 5861 §3). Default: zero.
    public var staleWhileRevalidate: Duration = .zero
    /// How long a stale answer may be served when the server fails or the circuit breaker is open, where the server
    /// does not say (RFC 5861 §4). Default: zero.
    public var staleIfError: Duration = .zero
    /// How long a stale answer is kept to be validated. Default: a day.
    public var retention: Duration = .seconds(86_400)
    /// How long a store other than memory is waited for. Default: 0.5 s.
    public var storeTimeout: Duration = .milliseconds(500)

    /// Makes the default: RFC 9111, and nothing is kept that has no headers to say so.
    public init() {}

    /// A cache that keeps what does not say for how long for `ttl`.
    public init(ttl: Duration) {
        self.ttl = ttl
    }

    package static let fields: [ConfigurationField<CacheConfiguration>] = [
        .optionalDuration("ttl", \.ttl, allowsZero: true),
        .durations("endpoint_ttls", \.endpointTTLs, allowsZero: true),
        .value("respects_headers", \.respectsHeaders),
        .number("max_entries", \.maxEntries, in: 1...100_000_000),
        .number("max_bytes", \.maxBytes, in: 1...Int.max),
        .number("max_entry_bytes", \.maxEntryBytes, in: 1...Int.max),
        .number("heuristic_fraction", \.heuristicFraction, in: 0...1),
        .duration("heuristic_limit", \.heuristicLimit, allowsZero: true),
        .duration("stale_while_revalidate", \.staleWhileRevalidate, allowsZero: true),
        .duration("stale_if_error", \.staleIfError, allowsZero: true),
        .duration("retention", \.retention, allowsZero: true),
        .duration("store_timeout", \.storeTimeout),
    ]
}
