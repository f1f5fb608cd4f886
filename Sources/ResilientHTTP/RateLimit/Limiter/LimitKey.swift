/// Where the values come from that limits are keyed by: a request on its way, or a key made by hand.
protocol LimitKeySource {
    func value(of part: RateLimitScope.Part) -> LimitKey
}

/// What one limit keeps apart.
enum LimitKey: Hashable, Sendable {
    /// Everything, or everything without a value.
    case shared
    case text(String)
    case origin(Origin)
    case credential(CredentialScope)
    indirect case several([LimitKey])

    init(_ parts: [RateLimitScope.Part], of source: some LimitKeySource) {
        if parts.count == 1 {
            self = source.value(of: parts[0])
        } else {
            self = .several(parts.map { source.value(of: $0) })
        }
    }

    /// A hash that most keys have at hand.
    var quickHash: Int {
        if case .origin(let origin) = self { origin.hashed } else { hashValue }
    }

    /// The key in words. Credentials are hashes already; a text is what the program chose.
    var text: String {
        switch self {
        case .shared: "*"
        case .text(let text): text
        case .origin(let origin): origin.description
        case .credential(let scope): scope.description
        case .several(let parts): parts.map(\.text).joined(separator: " ")
        }
    }
}

/// A request as the source of keys: each is looked up only if a limit asks for it.
struct RequestKeySource: LimitKeySource {
    let request: ClientRequest
    let context: RequestContext

    func value(of part: RateLimitScope.Part) -> LimitKey {
        switch part {
        case .client, .name: .shared
        case .origin: request.origin.map(LimitKey.origin) ?? .shared
        case .endpoint: context.options.endpoint.map(LimitKey.text) ?? .shared
        case .credential: .credential(context.credentialScope(of: request))
        case .tenant: context.options.tenant.map(LimitKey.text) ?? .shared
        case .tag(let name): context.options.tags[name].map(LimitKey.text) ?? .shared
        }
    }
}
