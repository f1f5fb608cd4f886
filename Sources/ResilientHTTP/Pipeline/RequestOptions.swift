/// What one call wants otherwise than the client's configuration says. Nil, the default of each, changes nothing.
///
/// ```swift
/// try await client.get("/report", options: .init(attemptTimeout: .seconds(120), maxAttempts: 1))
/// ```
public struct RequestOptions: ConfigurationSection {
    /// A short, constant name of what is called, such as `list_users`: the key of metrics and breakers, and part of
    /// errors. Never put an identifier into it.
    public var endpoint: String?
    /// Bounds the whole call.
    public var totalTimeout: Duration?
    /// Bounds each attempt, body included.
    public var attemptTimeout: Duration?
    /// Bounds connecting, where the transport can.
    public var connectTimeout: Duration?
    /// Bounds the time to the head of the answer.
    public var firstByteTimeout: Duration?
    /// Bounds the time between two pieces of the body.
    public var idleTimeout: Duration?
    /// The most bytes of a response's body, after decompression.
    public var responseLimit: Int?
    /// The most attempts, the first included; 1 turns retrying off.
    public var maxAttempts: Int?
    /// Makes the call repeatable: sent as `Idempotency-Key`, the same at every attempt.
    public var idempotencyKey: String?
    /// Whether redirects are followed; false returns them.
    public var followsRedirects: Bool?
    /// The tenant or customer on whose behalf the call is made; part of the credential scope.
    public var tenant: String?
    /// Names of the client's default header fields that this call goes without.
    public var omittedHeaders: [String] = []
    /// Anything that custom stages and observers want to know. Never sent.
    public var tags: [String: String] = [:]

    /// Makes options that change nothing but what is given.
    public init(
        endpoint: String? = nil,
        totalTimeout: Duration? = nil,
        attemptTimeout: Duration? = nil,
        connectTimeout: Duration? = nil,
        firstByteTimeout: Duration? = nil,
        idleTimeout: Duration? = nil,
        responseLimit: Int? = nil,
        maxAttempts: Int? = nil,
        idempotencyKey: String? = nil,
        followsRedirects: Bool? = nil,
        tenant: String? = nil,
        omittedHeaders: [String] = [],
        tags: [String: String] = [:]
    ) {
        self.endpoint = endpoint
        self.totalTimeout = totalTimeout
        self.attemptTimeout = attemptTimeout
        self.connectTimeout = connectTimeout
        self.firstByteTimeout = firstByteTimeout
        self.idleTimeout = idleTimeout
        self.responseLimit = responseLimit
        self.maxAttempts = maxAttempts
        self.idempotencyKey = idempotencyKey
        self.followsRedirects = followsRedirects
        self.tenant = tenant
        self.omittedHeaders = omittedHeaders
        self.tags = tags
    }

    /// Makes options that change nothing.
    public init() {
        self.init(endpoint: nil)
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
        .optionalNumber("max_attempts", \.maxAttempts, in: RetryConfiguration.attemptRange),
        .optional("idempotency_key", \.idempotencyKey) { key in
            !key.isEmpty && Grammar.isFieldValue(key) ? nil : "is not a value that a header field can carry"
        },
        .optional("follows_redirects", \.followsRedirects),
        .optional("tenant", \.tenant),
        .value("omitted_headers", \.omittedHeaders),
        .value("tags", \.tags),
    ]

    package var contradictions: [ConfigurationProblem] {
        guard let attemptTimeout, let totalTimeout, attemptTimeout > totalTimeout else { return [] }
        return [
            ConfigurationProblem(path: "attempt_timeout", message: "is longer than total_timeout")
        ]
    }
}
