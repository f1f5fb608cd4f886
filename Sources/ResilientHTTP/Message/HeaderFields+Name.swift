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

        /// For names known to be tokens, the static members below.
        package init(known name: StaticString) {
            rawName = name.description
            canonicalName = rawName.lowercased()
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
    public static let accept = Self(known: "Accept")
    /// `Accept-Encoding`
    public static let acceptEncoding = Self(known: "Accept-Encoding")
    /// `Age`
    public static let age = Self(known: "Age")
    /// `Allow`
    public static let allow = Self(known: "Allow")
    /// `Authorization`
    public static let authorization = Self(known: "Authorization")
    /// `Cache-Control`
    public static let cacheControl = Self(known: "Cache-Control")
    /// `Connection`
    public static let connection = Self(known: "Connection")
    /// `Content-Encoding`
    public static let contentEncoding = Self(known: "Content-Encoding")
    /// `Content-Length`
    public static let contentLength = Self(known: "Content-Length")
    /// `Content-Type`
    public static let contentType = Self(known: "Content-Type")
    /// `Cookie`
    public static let cookie = Self(known: "Cookie")
    /// `Date`
    public static let date = Self(known: "Date")
    /// `ETag`
    public static let eTag = Self(known: "ETag")
    /// `Expires`
    public static let expires = Self(known: "Expires")
    /// `Host`
    public static let host = Self(known: "Host")
    /// `Idempotency-Key`
    public static let idempotencyKey = Self(known: "Idempotency-Key")
    /// `Last-Modified`
    public static let lastModified = Self(known: "Last-Modified")
    /// `Location`
    public static let location = Self(known: "Location")
    /// `Origin`
    public static let origin = Self(known: "Origin")
    /// `Proxy-Authorization`
    public static let proxyAuthorization = Self(known: "Proxy-Authorization")
    /// `Referer`
    public static let referer = Self(known: "Referer")
    /// `Retry-After`
    public static let retryAfter = Self(known: "Retry-After")
    /// `Set-Cookie`
    public static let setCookie = Self(known: "Set-Cookie")
    /// `Trailer`
    public static let trailer = Self(known: "Trailer")
    /// `Transfer-Encoding`
    public static let transferEncoding = Self(known: "Transfer-Encoding")
    /// `Upgrade`
    public static let upgrade = Self(known: "Upgrade")
    /// `User-Agent`
    public static let userAgent = Self(known: "User-Agent")
    /// `Vary`
    public static let vary = Self(known: "Vary")
    /// `WWW-Authenticate`
    public static let wwwAuthenticate = Self(known: "WWW-Authenticate")
    /// `X-API-Key`
    public static let xAPIKey = Self(known: "X-API-Key")
    /// `X-Request-Id`
    public static let xRequestID = Self(known: "X-Request-Id")
}
