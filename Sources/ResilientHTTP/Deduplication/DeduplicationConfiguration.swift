/// Which requests share one answer when they are under way at the same time (single flight).
///
/// Requests share when nothing distinguishes them that may matter: method, URL, credential scope, body and every header
/// field but those listed here.
public struct DeduplicationConfiguration: ConfigurationSection {
    /// The methods whose requests share. Default: GET and HEAD. A call's own ``RequestOptions/isDeduplicated`` goes
    /// before this.
    public var methods: Set<String> = ["GET", "HEAD"]
    /// Header fields that may differ between requests that share, in lower case. Default: those of tracing and request
    /// ids.
    public var ignoredHeaders: Set<String> = Self.standardIgnoredHeaders
    /// The most flights at once; what comes beyond flies alone. Default: 10,000.
    public var maxFlights = 10_000

    /// The fields ignored unless others are chosen.
    public static let standardIgnoredHeaders: Set<String> = [
        "traceparent", "tracestate", "baggage", "x-request-id", "x-correlation-id",
    ]

    /// Makes the default: GET and HEAD.
    public init() {}

    package static let fields: [ConfigurationField<DeduplicationConfiguration>] = [
        .value("methods", \.methods),
        .value("ignored_headers", \.ignoredHeaders),
        .number("max_flights", \.maxFlights, in: 1...10_000_000),
    ]
}
