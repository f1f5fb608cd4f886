import Foundation

/// What a server says about trying again: whether, and when. The one place where that is read for all stages.
struct ServerHints: Sendable {
    /// `x-should-retry`: the server's own word, which counts more than the status.
    let shouldRetry: Bool?
    /// How long it asks to wait; nil when it does not say so in a way that can be read.
    ///
    /// `Retry-After` goes first (draft-ietf-httpapi-ratelimit-headers-10 §6.3: the time of a quota is ignored where it
    /// stands). Without it, a 429 waits for the longest of the quotas that are used up.
    let delay: Duration?

    init(_ response: ClientResponse, date: Date) {
        let headers = response.headers
        shouldRetry = Self.shouldRetry(headers)
        delay = RetryAfter.delay(in: headers, now: Self.now(date)) ?? Self.reset(response, date)
    }

    static func shouldRetry(_ headers: HeaderFields) -> Bool? {
        switch headers[.xShouldRetry].map(Grammar.lowercased) {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// Whether an answer refuses to serve anybody for now, so that its `Retry-After` is for all who would ask: 429
    /// (RFC 6585 §4), 503 (RFC 9110 §10.2.3), and 403 where it says when to come back, as GitHub's secondary limits do.
    ///
    /// Elsewhere the field is about the one request: a redirect that is not to be followed at once (§10.2.3), a body that
    /// is too large for now (413, §15.5.14), a task that was accepted (202).
    static func holdsForAll(_ status: ClientResponse.Status) -> Bool {
        status == 403 || status == 429 || status == 503
    }

    /// Whether an answer says, in a way that can be read, when to come back.
    static func saysWhen(_ headers: HeaderFields) -> Bool {
        // Whether, not when: any time of day will do.
        RetryAfter.delay(in: headers, now: .zero) != nil
    }

    /// The share of a server's delay over which those who were told the same are spread, and the most.
    static let spreadShare = 0.5
    private static let longestSpread: Duration = .seconds(5)

    /// How much later than told the last of a crowd comes back.
    static func spread(of told: Duration, share: Double = spreadShare) -> Duration {
        min(max(.zero, told) * share, longestSpread)
    }

    /// The time since 1970. Not through decimal seconds, which stop at 32 years.
    static func now(_ date: Date) -> Duration {
        let milliseconds = date.timeIntervalSince1970 * 1000
        return .milliseconds(milliseconds.magnitude < 9e18 ? Int64(milliseconds) : 0)
    }

    /// Of several quotas only those that are used up matter; one that does not say what remains may be.
    private static func reset(_ response: ClientResponse, _ date: Date) -> Duration? {
        guard response.status == 429 else { return nil }
        return RateLimitHints(status: 429, headers: response.headers, date: date).quotas
            .filter { ($0.remaining ?? 0) == 0 }
            .compactMap(\.wait)
            .max()
    }
}

extension HeaderFields.Name {
    static let xShouldRetry = Self(constant: "X-Should-Retry")
}
