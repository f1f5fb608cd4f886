/// How redirects are followed, and what goes along when one leads to another origin.
public struct RedirectConfiguration: ConfigurationSection {
    /// The most hops of one call. Default: 20, as the Fetch standard says; 0 refuses every redirect.
    public var limit = 20
    /// Lets a redirect lead from https to http. Default: false.
    public var allowsDowngrade = false
    /// Header fields that are sent to another origin than the one the request names, beside `Accept` and `Accept-*`,
    /// `Range`, `If-*`, `User-Agent`, `Cache-Control`, `Pragma`, `Prefer`, `Priority`, and `Content-*` with a body. All
    /// others stay behind, because a credential can have any name (RFC 9110 §15.4). In any case; default: none.
    public var crossOriginHeaders: [String] = []

    /// Makes the default.
    public init() {}

    package static let fields: [ConfigurationField<RedirectConfiguration>] = [
        .number("limit", \.limit, in: 0...1000),
        .value("allows_downgrade", \.allowsDowngrade),
        .value("cross_origin_headers", \.crossOriginHeaders) { names in
            let bad = names.filter { HeaderFields.Name($0) == nil }
            return bad.isEmpty ? nil : "\(bad.joined(separator: ", ")) cannot be the name of a header field"
        },
    ]
}
