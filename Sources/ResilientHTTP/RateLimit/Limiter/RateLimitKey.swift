/// For whom a limiter is asked when it is used alone: whatever its limits' scopes look at.
///
/// ```swift
/// try await limiter.acquire(cost: 1200, for: RateLimitKey(tenant: "acme", tags: ["model": "large"]))
/// try await limiter.acquire(for: "openai:gpt-4")     // for limits with the scope `name`
/// ```
public struct RateLimitKey: Sendable, Hashable, ExpressibleByStringLiteral {
    /// For limits with the scope ``RateLimitScope/name``.
    public var name: String?
    /// For ``RateLimitScope/origin``.
    public var origin: Origin?
    /// For ``RateLimitScope/endpoint``.
    public var endpoint: String?
    /// For ``RateLimitScope/credential``.
    public var credential: CredentialScope?
    /// For ``RateLimitScope/tenant``.
    public var tenant: String?
    /// For ``RateLimitScope/tag(_:)``, provider and model included.
    public var tags: [String: String]

    /// Makes a key; calls that leave out what a limit looks at share one key of it.
    public init(
        name: String? = nil,
        origin: Origin? = nil,
        endpoint: String? = nil,
        credential: CredentialScope? = nil,
        tenant: String? = nil,
        tags: [String: String] = [:]
    ) {
        self.name = name
        self.origin = origin
        self.endpoint = endpoint
        self.credential = credential
        self.tenant = tenant
        self.tags = tags
    }

    /// Makes a key that is only a name.
    public init(stringLiteral value: String) {
        self.init(name: value)
    }
}

extension RateLimitKey: LimitKeySource {
    func value(of part: RateLimitScope.Part) -> LimitKey {
        switch part {
        case .client: .shared
        case .origin: origin.map(LimitKey.origin) ?? .shared
        case .endpoint: endpoint.map(LimitKey.text) ?? .shared
        case .credential: credential.map(LimitKey.credential) ?? .shared
        case .tenant: tenant.map(LimitKey.text) ?? .shared
        case .name: name.map(LimitKey.text) ?? .shared
        case .tag(let name): tags[name].map(LimitKey.text) ?? .shared
        }
    }
}
