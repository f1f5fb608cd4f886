/// What one call wants otherwise than the client's configuration says. Nil, the default of each, changes nothing.
///
/// ```swift
/// try await client.get("/report", options: .init(attemptTimeout: .seconds(120), maxAttempts: 1))
/// ```
public struct RequestOptions: ConfigurationSection {
    /// The options behind one reference, nil while all are at their defaults: they are large, nearly always untouched,
    /// and every call passes them through the pipeline.
    private var box: Box?

    private final class Box: Sendable {
        let fields: Fields

        init(_ fields: Fields) {
            self.fields = fields
        }
    }

    private struct Fields: Equatable, Sendable {
        var endpoint: String?
        var totalTimeout: Duration?
        var attemptTimeout: Duration?
        var connectTimeout: Duration?
        var firstByteTimeout: Duration?
        var idleTimeout: Duration?
        var responseLimit: Int?
        var streamBuffer: Int?
        var maxAttempts: Int?
        var idempotencyKey: String?
        var followsRedirects: Bool?
        var cacheMode: CacheMode?
        var cacheTTL: Duration?
        var cacheTags: Set<String> = []
        var isDeduplicated: Bool?
        var isHedged: Bool?
        var bypassesBreaker: Bool?
        var priority: Priority?
        var cost: Int?
        var tenant: String?
        var omittedHeaders: [String] = []
        var tags: [String: String] = [:]
    }

    private mutating func change(_ change: (inout Fields) -> Void) {
        var fields = box?.fields ?? Fields()
        change(&fields)
        box = Box(fields)
    }

    /// A short, constant name of what is called, such as `list_users`: the key of metrics and breakers, and part of
    /// errors. Never put an identifier into it.
    public var endpoint: String? {
        get { box?.fields.endpoint }
        set { change { $0.endpoint = newValue } }
    }

    /// Bounds the whole call.
    public var totalTimeout: Duration? {
        get { box?.fields.totalTimeout }
        set { change { $0.totalTimeout = newValue } }
    }

    /// Bounds each attempt, body included.
    public var attemptTimeout: Duration? {
        get { box?.fields.attemptTimeout }
        set { change { $0.attemptTimeout = newValue } }
    }

    /// Bounds connecting, where the transport can.
    public var connectTimeout: Duration? {
        get { box?.fields.connectTimeout }
        set { change { $0.connectTimeout = newValue } }
    }

    /// Bounds the time to the head of the answer.
    public var firstByteTimeout: Duration? {
        get { box?.fields.firstByteTimeout }
        set { change { $0.firstByteTimeout = newValue } }
    }

    /// Bounds the time between two pieces of the body.
    public var idleTimeout: Duration? {
        get { box?.fields.idleTimeout }
        set { change { $0.idleTimeout = newValue } }
    }

    /// The most bytes of a response's body, after decompression.
    public var responseLimit: Int? {
        get { box?.fields.responseLimit }
        set { change { $0.responseLimit = newValue } }
    }

    /// The most bytes of a streamed response that wait for their reader, at least 1. A transport with back-pressure
    /// stops reading from the wire there (256 KiB unless chosen); any other ends the stream with `response_too_large`
    /// (16 MiB unless chosen).
    public var streamBuffer: Int? {
        get { box?.fields.streamBuffer }
        set { change { $0.streamBuffer = newValue } }
    }

    /// The most attempts, the first included; 1 turns retrying off.
    public var maxAttempts: Int? {
        get { box?.fields.maxAttempts }
        set { change { $0.maxAttempts = newValue } }
    }

    /// Makes the call repeatable: sent as `Idempotency-Key`, the same at every attempt.
    public var idempotencyKey: String? {
        get { box?.fields.idempotencyKey }
        set { change { $0.idempotencyKey = newValue } }
    }

    /// Whether redirects are followed; false returns them.
    public var followsRedirects: Bool? {
        get { box?.fields.followsRedirects }
        set { change { $0.followsRedirects = newValue } }
    }

    /// How the call uses the cache. Default: by the rules. Needs the cache.
    public var cacheMode: CacheMode? {
        get { box?.fields.cacheMode }
        set { change { $0.cacheMode = newValue } }
    }

    /// How long the answer is fresh, whatever its headers say of freshness; zero keeps nothing. Needs the cache.
    public var cacheTTL: Duration? {
        get { box?.fields.cacheTTL }
        set { change { $0.cacheTTL = newValue } }
    }

    /// Names under which the answer can be cleared from the cache. Needs the cache.
    public var cacheTags: Set<String> {
        get { box?.fields.cacheTags ?? [] }
        set { change { $0.cacheTags = newValue } }
    }

    /// Whether the call shares the request of an identical one that is under way: false never, true for any method.
    /// Needs the deduplication stage.
    public var isDeduplicated: Bool? {
        get { box?.fields.isDeduplicated }
        set { change { $0.isDeduplicated = newValue } }
    }

    /// Whether a copy may be sent when the answer takes long; false never. Needs the hedging stage.
    public var isHedged: Bool? {
        get { box?.fields.isHedged }
        set { change { $0.isHedged = newValue } }
    }

    /// Sends the request also while the circuit breaker is open, and does not count how it ends.
    public var bypassesBreaker: Bool? {
        get { box?.fields.bypassesBreaker }
        set { change { $0.bypassesBreaker = newValue } }
    }

    /// Who goes first when attempts wait for a slot. Default: normal. Needs the admission stage.
    public var priority: Priority? {
        get { box?.fields.priority }
        set { change { $0.priority = newValue } }
    }

    /// What each attempt costs at the rate limits that count costs, at least 0. Default: 1. Needs the rate limiter.
    public var cost: Int? {
        get { box?.fields.cost }
        set { change { $0.cost = newValue } }
    }

    /// The tenant or customer on whose behalf the call is made; part of the credential scope.
    public var tenant: String? {
        get { box?.fields.tenant }
        set { change { $0.tenant = newValue } }
    }

    /// Names of the client's default header fields that this call goes without.
    public var omittedHeaders: [String] {
        get { box?.fields.omittedHeaders ?? [] }
        set { change { $0.omittedHeaders = newValue } }
    }

    /// Anything that custom stages and observers want to know. Never sent.
    public var tags: [String: String] {
        get { box?.fields.tags ?? [:] }
        set { change { $0.tags = newValue } }
    }

    /// Makes options that change nothing but what is given.
    public init(
        endpoint: String? = nil,
        totalTimeout: Duration? = nil,
        attemptTimeout: Duration? = nil,
        connectTimeout: Duration? = nil,
        firstByteTimeout: Duration? = nil,
        idleTimeout: Duration? = nil,
        responseLimit: Int? = nil,
        streamBuffer: Int? = nil,
        maxAttempts: Int? = nil,
        idempotencyKey: String? = nil,
        followsRedirects: Bool? = nil,
        cacheMode: CacheMode? = nil,
        cacheTTL: Duration? = nil,
        cacheTags: Set<String> = [],
        isDeduplicated: Bool? = nil,
        isHedged: Bool? = nil,
        bypassesBreaker: Bool? = nil,
        priority: Priority? = nil,
        cost: Int? = nil,
        tenant: String? = nil,
        omittedHeaders: [String] = [],
        tags: [String: String] = [:]
    ) {
        let fields = Fields(
            endpoint: endpoint,
            totalTimeout: totalTimeout,
            attemptTimeout: attemptTimeout,
            connectTimeout: connectTimeout,
            firstByteTimeout: firstByteTimeout,
            idleTimeout: idleTimeout,
            responseLimit: responseLimit,
            streamBuffer: streamBuffer,
            maxAttempts: maxAttempts,
            idempotencyKey: idempotencyKey,
            followsRedirects: followsRedirects,
            cacheMode: cacheMode,
            cacheTTL: cacheTTL,
            cacheTags: cacheTags,
            isDeduplicated: isDeduplicated,
            isHedged: isHedged,
            bypassesBreaker: bypassesBreaker,
            priority: priority,
            cost: cost,
            tenant: tenant,
            omittedHeaders: omittedHeaders,
            tags: tags
        )
        if fields != Fields() { box = Box(fields) }
    }

    /// Makes options that change nothing.
    public init() {}

    /// Whether every option is at its default.
    package var isDefault: Bool { box == nil }

    /// Whether two sets of options ask for the same.
    public static func == (left: RequestOptions, right: RequestOptions) -> Bool {
        (left.box?.fields ?? Fields()) == (right.box?.fields ?? Fields())
    }

    /// What of the options says how a request is sent: without what only its caller, its place in a queue or the cache
    /// goes by.
    func forSending(keepingTotalTimeout: Bool) -> RequestOptions {
        guard var fields = box?.fields else { return self }
        if !keepingTotalTimeout { fields.totalTimeout = nil }
        // What goes past the cache is not kept by it, so it must not lead a flight whose answer others keep.
        fields.cacheMode = fields.cacheMode == .bypass ? .bypass : nil
        (fields.cacheTTL, fields.cacheTags) = (nil, [])
        (fields.isDeduplicated, fields.priority, fields.tags) = (nil, nil, [:])
        var options = RequestOptions()
        if fields != Fields() { options.box = Box(fields) }
        return options
    }

    /// A copy with changes: `options.with { $0.attemptTimeout = .seconds(3) }`.
    public func with(_ change: (inout RequestOptions) -> Void) -> RequestOptions {
        var copy = self
        change(&copy)
        return copy
    }

    package static let fields: [ConfigurationField<RequestOptions>] = [
        .optional("endpoint", \.endpoint) { name in
            !name.isEmpty && Grammar.isFieldValue(name) ? nil : "is empty or contains control characters"
        },
        .optionalDuration("total_timeout", \.totalTimeout),
        .optionalDuration("attempt_timeout", \.attemptTimeout),
        .optionalDuration("connect_timeout", \.connectTimeout),
        .optionalDuration("first_byte_timeout", \.firstByteTimeout),
        .optionalDuration("idle_timeout", \.idleTimeout),
        .optionalNumber("response_limit", \.responseLimit, in: 0...Int.max),
        .optionalNumber("stream_buffer", \.streamBuffer, in: 1...Int.max),
        .optionalNumber("max_attempts", \.maxAttempts, in: RetryConfiguration.attemptRange),
        .optional("idempotency_key", \.idempotencyKey) { key in
            !key.isEmpty && Grammar.isFieldValue(key) ? nil : "is not a value that a header field can carry"
        },
        .optional("follows_redirects", \.followsRedirects),
        .optional("cache", \.cacheMode),
        .optionalDuration("cache_ttl", \.cacheTTL, allowsZero: true),
        .value("cache_tags", \.cacheTags),
        .optional("deduplicated", \.isDeduplicated),
        .optional("hedged", \.isHedged),
        .optional("bypass_breaker", \.bypassesBreaker),
        .optional("priority", \.priority),
        .optionalNumber("cost", \.cost, in: 0...1_000_000_000),
        .optional("tenant", \.tenant),
        .value("omitted_headers", \.omittedHeaders),
        .value("tags", \.tags),
    ]

    package var contradictions: [ConfigurationProblem] {
        guard let attemptTimeout, let totalTimeout, attemptTimeout > totalTimeout else { return [] }
        return [
            ConfigurationProblem(
                path: "attempt_timeout",
                message: "\(attemptTimeout.decimalSeconds) s is longer than the total timeout of "
                    + "\(totalTimeout.decimalSeconds) s"
            )
        ]
    }
}
