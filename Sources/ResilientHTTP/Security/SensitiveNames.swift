/// Which header fields, query keys and JSON keys carry secrets.
///
/// One list for every purpose: what is redacted in texts is also what does not follow a redirect to another origin
/// and what makes up the credential scope.
package enum SensitiveNames {
    /// Names that are sensitive only as a whole; as a part they are too common.
    private static let exact: Set<String> = ["www-authenticate", "proxy-authenticate", "authentication-info", "code"]

    /// Words that mark a name wherever they stand between separators: `X-Auth`, `x-sig`, `connect.sid` ….
    private static let words: Set<Substring> = [
        "auth", "sig", "hmac", "jwt", "dpop", "pwd", "pass", "sid", "session", "bearer", "assertion", "otp",
    ]

    /// Parts that mark a name wherever they stand: `X-Goog-Api-Key`, `client_secret`, `x-amz-security-token` ….
    private static let parts: [[UInt8]] = [
        "authorization", "cookie", "apikey", "secret", "token", "password", "passwd", "passphrase", "credential",
        "signature", "privatekey", "accesskey", "authkey", "sessionid", "subscriptionkey", "agentkey", "signingkey",
    ].map { Array($0.utf8) }

    /// Names that contain such a part and are harmless.
    private static let harmless: Set<String> = [
        "idempotency-key", "idempotency_key", "cache-key", "surrogate-key", "partition_key", "primary_key",
        "max_tokens", "maxtokens", "max_completion_tokens", "max_output_tokens", "total_tokens", "prompt_tokens",
        "completion_tokens", "input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens", "tokens",
        "next_page_token", "page_token", "pagetoken", "nextpagetoken", "continuation_token", "signature-agent",
    ]

    /// Fields that nearly every request has, in lower case. They are none of these, and asking takes no time then: the
    /// scope of a request is computed whenever an answer is looked up.
    private static let ordinary: Set<String> = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "baggage", "cache-control", "connection",
        "content-encoding", "content-length", "content-type", "date", "expect", "idempotency-key", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "origin", "pragma", "prefer",
        "priority",
        "range", "referer", "te", "traceparent", "tracestate", "user-agent", "via", "x-correlation-id", "x-request-id",
    ]

    /// The same for those that carry most credentials.
    private static let wellKnown: Set<String> = [
        "api-key", "authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key",
    ]

    /// Whether what stands under a name must not be shown. Case and separators do not count.
    package static func contains(_ name: String) -> Bool {
        if ordinary.contains(name) { return false }
        if wellKnown.contains(name) { return true }
        let name = Grammar.lowercased(name)
        if harmless.contains(name) { return false }
        if name.hasPrefix("x-ratelimit") || name.hasPrefix("anthropic-ratelimit") { return false }
        if exact.contains(name) { return true }
        let split = name.split { $0 == "-" || $0 == "_" || $0 == "." }
        // `key` alone, or at the end: `x-functions-key`.
        if split.last == "key" || split.contains(where: words.contains) { return true }
        let letters = split.flatMap(\.utf8)
        return parts.contains { stands($0, in: letters) }
    }

    /// Byte by byte: the standard library's search takes microseconds.
    private static func stands(_ part: [UInt8], in letters: [UInt8]) -> Bool {
        guard part.count <= letters.count else { return false }
        return (0...letters.count - part.count).contains { start in
            letters[start] == part[0] && letters[start...].starts(with: part)
        }
    }

    /// Whether a field stays behind when a request goes to another origin: secrets, and what names the old host.
    package static func staysWithOrigin(_ name: HeaderFields.Name) -> Bool {
        name == .host || name == .origin || contains(name.canonicalName)
    }
}
