/// What may be sent: limits and the security policy.
public struct ValidationConfiguration: ConfigurationSection {
    /// Refuses plain HTTP to any host but this machine. Default: true.
    public var requiresHTTPS = true
    /// Allows a user name and password in the URL. Default: false; put credentials into `Authorization`.
    public var allowsUserInfo = false
    /// Refuses hosts that are literal private, link-local or loopback addresses, `localhost` included: for programs
    /// that call URLs which others supply. Names are not resolved here. Default: false.
    public var refusesPrivateAddresses = false
    /// The longest URL, in bytes. Default: 16,384.
    public var maxURLLength = 16_384
    /// The most bytes of all header fields together. Default: 65,536.
    public var maxHeaderBytes = 65_536
    /// The largest request body, in bytes, where the size is known before it is sent. Default: none.
    public var maxBodyBytes: Int?
    /// What to do about a bearer token that cannot be one. Default: warn.
    public var tokenFormat = TokenFormat.Policy.warn

    /// Makes the default policy.
    public init() {}

    package static let fields: [ConfigurationField<ValidationConfiguration>] = [
        .value("requires_https", \.requiresHTTPS),
        .value("allows_user_info", \.allowsUserInfo),
        .value("refuses_private_addresses", \.refusesPrivateAddresses),
        .number("max_url_length", \.maxURLLength, in: 1...1_048_576),
        .number("max_header_bytes", \.maxHeaderBytes, in: 0...16_777_216),
        .optionalNumber("max_body_bytes", \.maxBodyBytes, in: 0...Int.max),
        .value("token_format", \.tokenFormat),
    ]
}
