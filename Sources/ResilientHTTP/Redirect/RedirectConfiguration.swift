/// How redirects are followed.
public struct RedirectConfiguration: ConfigurationSection {
    /// The most hops of one call. Default: 20, as the Fetch standard says; 0 refuses every redirect.
    public var limit = 20
    /// Lets a redirect lead from https to http. Default: false.
    public var allowsDowngrade = false

    /// Makes the default.
    public init() {}

    package static let fields: [ConfigurationField<RedirectConfiguration>] = [
        .number("limit", \.limit, in: 0...1000),
        .value("allows_downgrade", \.allowsDowngrade),
    ]
}
