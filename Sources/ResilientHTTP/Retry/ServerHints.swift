import Foundation

/// What a server says about trying again: whether, and when.
struct ServerHints: Sendable {
    /// `x-should-retry`: the server's own word, which counts more than the status.
    let shouldRetry: Bool?
    /// The longest of the delays that its fields name; nil when there is none that can be read.
    let delay: Duration?

    init(_ response: ClientResponse, date: Date) {
        let headers = response.headers
        shouldRetry = Self.shouldRetry(headers)
        delay = Self.retryAfter(headers, date: date) ?? Self.reset(response, date: date)
    }

    static func shouldRetry(_ headers: HeaderFields) -> Bool? {
        switch headers[.xShouldRetry].map(Grammar.lowercased) {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// The millisecond fields first: they are the same statement, said more precisely.
    private static func retryAfter(_ headers: HeaderFields, date: Date) -> Duration? {
        // Not through decimal seconds, which stop at 32 years.
        let now = Duration.milliseconds(Int64(date.timeIntervalSince1970 * 1000))
        for name in [HeaderFields.Name.retryAfterMilliseconds, .xMillisecondsRetryAfter] {
            if let value = headers[name], let parsed = RetryAfter.milliseconds(value) {
                return parsed.delay(now: now)
            }
        }
        guard let value = headers[.retryAfter] else { return nil }
        let parsed = RetryAfter(value, now: now.components.seconds) ?? RetryAfter.seconds(value)
        return parsed?.delay(now: now)
    }

    /// Without a `Retry-After`, a 429 may still name the reset of the limit that it hit.
    private static func reset(_ response: ClientResponse, date: Date) -> Duration? {
        guard response.status == 429 else { return nil }
        var longest: Duration?
        for field in response.headers {
            let name = field.name.canonicalName
            guard name.contains("ratelimit"), name.contains("reset"),
                isExhausted(name, in: response.headers),
                let delay = ResetTime(field.value, date: date)?.delay
            else { continue }
            longest = max(longest ?? .zero, delay)
        }
        return longest
    }

    /// Of several limits only those that are used up matter; a limit that does not say what remains may be one.
    private static func isExhausted(_ reset: String, in headers: HeaderFields) -> Bool {
        let remaining = reset.replacingOccurrences(of: "reset", with: "remaining")
        guard let name = HeaderFields.Name(remaining), let value = headers[name] else { return true }
        return value == "0"
    }
}

extension HeaderFields.Name {
    static let xShouldRetry = Self(constant: "X-Should-Retry")
    static let retryAfterMilliseconds = Self(constant: "Retry-After-Ms")
    static let xMillisecondsRetryAfter = Self(constant: "X-Ms-Retry-After-Ms")
}
