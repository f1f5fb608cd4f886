extension HeaderFields {
    /// A field name: a token (RFC 9110 §5.1), compared without regard to case, spelled as it was given.
    public struct Name: Sendable, Hashable, CustomStringConvertible {
        /// The name as it was given; this is what goes on the wire.
        public let rawName: String
        /// The name in lower case; this is what is compared.
        public let canonicalName: String

        /// Makes a name, or nil when the text is not a token (RFC 9110 §5.6.2).
        public init?(_ name: some StringProtocol) {
            guard Grammar.isToken(name) else { return nil }
            rawName = String(name)
            canonicalName = Grammar.lowercased(rawName)
        }

        /// Makes a name from a constant, such as `Name(constant: "X-Tenant")`.
        ///
        /// A constant that is not a token is a mistake of the program and ends it; use the failable initialiser for
        /// anything else.
        public init(constant: StaticString) {
            rawName = constant.description
            canonicalName = rawName.lowercased()
            precondition(Grammar.isToken(rawName), "'\(rawName)' is not the name of a header field (RFC 9110 §5.1)")
        }

        /// Whether two names are equal but for case.
        public static func == (left: Name, right: Name) -> Bool {
            left.canonicalName == right.canonicalName
        }

        /// Feeds the name, case removed, to a hasher.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(canonicalName)
        }

        /// The name as it was given.
        public var description: String { rawName }
    }
}

extension HeaderFields.Name {
    /// `Accept`
    public static let accept = Self(constant: "Accept")
    /// `Accept-Encoding`
    public static let acceptEncoding = Self(constant: "Accept-Encoding")
    /// `Age`
    public static let age = Self(constant: "Age")
    /// `Allow`
    public static let allow = Self(constant: "Allow")
    /// `Authorization`
    public static let authorization = Self(constant: "Authorization")
    /// `Cache-Control`
    public static let cacheControl = Self(constant: "Cache-Control")
    /// `Connection`
    public static let connection = Self(constant: "Connection")
    /// `Content-Encoding`
    public static let contentEncoding = Self(constant: "Content-Encoding")
    /// `Content-Length`
    public static let contentLength = Self(constant: "Content-Length")
    /// `Content-Type`
    public static let contentType = Self(constant: "Content-Type")
    /// `Cookie`
    public static let cookie = Self(constant: "Cookie")
    /// `Date`
    public static let date = Self(constant: "Date")
    /// `ETag`
    public static let eTag = Self(constant: "ETag")
    /// `Expires`
    public static let expires = Self(constant: "Expires")
    /// `Host`
    public static let host = Self(constant: "Host")
    /// `Idempotency-Key`
    public static let idempotencyKey = Self(constant: "Idempotency-Key")
    /// `Last-Modified`
    public static let lastModified = Self(constant: "Last-Modified")
    /// `Location`
    public static let location = Self(constant: "Location")
    /// `Origin`
    public static let origin = Self(constant: "Origin")
    /// `Proxy-Authorization`
    public static let proxyAuthorization = Self(constant: "Proxy-Authorization")
    /// `Referer`
    public static let referer = Self(constant: "Referer")
    /// `Retry-After`
    public static let retryAfter = Self(constant: "Retry-After")
    /// `Set-Cookie`
    public static let setCookie = Self(constant: "Set-Cookie")
    /// `Trailer`
    public static let trailer = Self(constant: "Trailer")
    /// `Transfer-Encoding`
    public static let transferEncoding = Self(constant: "Transfer-Encoding")
    /// `Upgrade`
    public static let upgrade = Self(constant: "Upgrade")
    /// `User-Agent`
    public static let userAgent = Self(constant: "User-Agent")
    /// `Vary`
    public static let vary = Self(constant: "Vary")
    /// `WWW-Authenticate`
    public static let wwwAuthenticate = Self(constant: "WWW-Authenticate")
    /// `X-API-Key`
    public static let xAPIKey = Self(constant: "X-API-Key")
    /// `X-Request-Id`
    public static let xRequestID = Self(constant: "X-Request-Id")
}
