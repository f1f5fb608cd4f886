public import Foundation

/// Everything about a client that is data: what is on, and how each stage is set.
///
/// It is Codable with snake_case keys and durations in decimal seconds, so it can come from a JSON file, a dictionary
/// or the environment; what is not data (transport, closures, clock) is in ``Dependencies``. An optional section that
/// is nil is a stage that is not in the pipeline.
///
/// ```swift
/// var configuration = Configuration(baseURL: URL(string: "https://api.example.com/v1"))
/// configuration.timeouts.total = .seconds(60)
/// configuration.retry?.maxAttempts = 5
/// let client = try ResilientClient(configuration)
/// ```
public struct Configuration: ConfigurationSection {
    /// The URL that endpoints are relative to; its path stays in front of theirs. Default: none, then every endpoint
    /// is an absolute URL.
    public var baseURL: URL?
    /// Header fields of every request that does not set them itself. Default: none.
    public var defaultHeaders = HeaderFields()
    /// Lets requests leave the origin of ``baseURL``. Default header fields that are credentials stay behind then, as
    /// with a redirect; what the request itself carries goes along. Default: false.
    public var allowsOtherOrigins = false
    /// The most bytes of a response's body, after decompression. Default: none.
    public var responseLimit: Int?
    /// What may be sent. Default: on.
    public var validation: ValidationConfiguration? = ValidationConfiguration()
    /// How long things may take. Default: 30 s for each attempt.
    public var timeouts = Timeouts()
    /// How redirects are followed; nil returns them. Default: on.
    public var redirects: RedirectConfiguration? = RedirectConfiguration()
    /// What is kept of answers and served again. Default: off.
    public var cache: CacheConfiguration?
    /// One request for identical calls at the same time. Default: off.
    public var deduplication: DeduplicationConfiguration?
    /// What is sent again. Default: on.
    public var retry: RetryConfiguration? = RetryConfiguration()
    /// How many attempts are under way at once, and who waits. Default: off.
    public var admission: AdmissionConfiguration?
    /// How much may be sent in which time, by limits of one's own and by what the server says. Default: off.
    public var rateLimit: RateLimitConfiguration?
    /// When a service that is ill is left alone. Default: ``CircuitBreakerConfiguration/recommended``. In a file, `true` is
    /// that, too; a section starts from the plain ``CircuitBreakerConfiguration``, five failures in a row.
    public var circuitBreaker: CircuitBreakerConfiguration? = .recommended
    /// Copies of requests whose answers take long. Default: off.
    public var hedging: HedgingConfiguration?
    /// What answers when the service does not; see also ``Dependencies/fallbacks``. Default: off.
    public var fallback: FallbackConfiguration?
    /// How many connections the default transport keeps; a transport in ``Dependencies`` has settings of its own.
    public var pool = PoolConfiguration()
    /// The order of the stages by name, outermost first; nil for the standard one.
    public var order: [StageName]?

    /// Makes the recommended configuration: validation and security policy, redirects, retry, circuit breaker, attempt
    /// timeout.
    public init() {}

    /// Makes the recommended configuration for a service.
    public init(baseURL: URL?) {
        self.baseURL = baseURL
    }

    /// A copy with changes.
    public func with(_ change: (inout Configuration) -> Void) -> Configuration {
        var copy = self
        change(&copy)
        return copy
    }

    /// Throws one configuration error that lists every problem with its path. Making a client does the same.
    public func validate() throws {
        try validate(at: "")
    }

    package static let fields: [ConfigurationField<Configuration>] = [
        .optional("base_url", \.baseURL) { url in
            let target = RequestTarget(url)
            if let problem = target.problem { return problem }
            if url.fragment != nil { return "a base URL has no fragment" }
            let scheme = target.origin?.scheme
            return scheme == "http" || scheme == "https" ? nil : "expected an http or https URL"
        },
        .value("default_headers", \.defaultHeaders) { headers in
            let bad = headers.filter { !Grammar.isFieldValue($0.value) }.map(\.name.rawName)
            return bad.isEmpty ? nil : "the value of \(bad.joined(separator: ", ")) cannot be sent"
        },
        .value("allows_other_origins", \.allowsOtherOrigins),
        .optionalNumber("response_limit", \.responseLimit, in: 0...Int.max),
        .optionalSection("validation", \.validation),
        .section("timeouts", \.timeouts),
        .optionalSection("redirects", \.redirects),
        .optionalSection("cache", \.cache),
        .optionalSection("deduplication", \.deduplication),
        .optionalSection("retry", \.retry),
        .optionalSection("admission", \.admission),
        .optionalSection("rate_limit", \.rateLimit),
        .optionalSection("circuit_breaker", \.circuitBreaker, on: .recommended),
        .optionalSection("hedging", \.hedging),
        .optionalSection("fallback", \.fallback),
        .section("pool", \.pool),
        .optional("order", \.order),
    ]
}

extension Configuration {
    /// Validation and security policy, redirects, retry, circuit breaker, attempt timeout: what every client of a remote
    /// service should have. It grows as stages arrive.
    public static let recommended = Configuration()

    /// No stage at all: what the transport does, and nothing else.
    public static let passthrough = Configuration().with {
        $0.validation = nil
        $0.timeouts = .none
        $0.redirects = nil
        $0.retry = nil
        $0.circuitBreaker = nil
    }
}
