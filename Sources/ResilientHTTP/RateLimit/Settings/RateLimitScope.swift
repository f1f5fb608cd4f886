/// Whose calls share a limit: all of the client's, or those that agree in something.
///
/// Where several are to hold, make several limits: all must admit a call, and it takes from all or from none.
public struct RateLimitScope: Sendable, Hashable, RawRepresentable, CustomStringConvertible, Codable {
    /// The scope as it stands in JSON: a name, `tag:` and a name, or several joined by `+`.
    public let rawValue: String

    /// Makes a scope from its text; what it may be is checked with the configuration.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The scope as it stands in JSON.
    public var description: String { rawValue }

    /// All calls of the client.
    public static let client = Self(rawValue: "client")
    /// Scheme, host and port.
    public static let origin = Self(rawValue: "origin")
    /// The endpoint name of the options.
    public static let endpoint = Self(rawValue: "endpoint")
    /// The credentials that the request carries, and the tenant; see ``CredentialScope``.
    public static let credential = Self(rawValue: "credential")
    /// The tenant of the options.
    public static let tenant = Self(rawValue: "tenant")
    /// The tag `provider` of the options.
    public static let provider = Self.tag("provider")
    /// The tag `model` of the options.
    public static let model = Self.tag("model")
    /// The name with which a limiter is asked that is used alone; see ``RateLimitKey``.
    public static let name = Self(rawValue: "name")

    /// A tag of the options. Calls without it share one key.
    public static func tag(_ name: String) -> Self {
        Self(rawValue: "tag:\(name)")
    }

    /// Calls that agree in all of several, such as provider and model.
    public static func all(_ scopes: RateLimitScope...) -> Self {
        Self(rawValue: scopes.map(\.rawValue).joined(separator: "+"))
    }

    /// One thing that calls may agree in.
    enum Part: Sendable, Hashable {
        case client
        case origin
        case endpoint
        case credential
        case tenant
        case name
        case tag(String)
    }

    /// The parts in their order; nil for a text that is no scope.
    var parts: [Part]? {
        let parts = rawValue.split(separator: "+", omittingEmptySubsequences: false).map { text -> Part? in
            switch text {
            case "client": .client
            case "origin": .origin
            case "endpoint": .endpoint
            case "credential": .credential
            case "tenant": .tenant
            case "name": .name
            // Plain names for what most limits are about.
            case "provider", "model": .tag(String(text))
            default: text.hasPrefix("tag:") && text.utf8.count > 4 ? .tag(String(text.dropFirst(4))) : nil
            }
        }
        return parts.contains(nil) ? nil : parts.compactMap { $0 }
    }

    var problem: String? {
        parts == nil
            ? "is no scope; known are client, origin, endpoint, credential, tenant, provider, model, name, "
                + "tag:<name>, and several of them joined by +" : nil
    }
}
