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
    private static let parts = [
        "authorization", "cookie", "apikey", "secret", "token", "password", "passwd", "passphrase", "credential",
        "signature", "privatekey", "accesskey", "authkey", "sessionid", "subscriptionkey", "agentkey", "signingkey",
    ]

    /// Names that contain such a part and are harmless.
    private static let harmless: Set<String> = [
        "idempotency-key", "idempotency_key", "cache-key", "surrogate-key", "partition_key", "primary_key",
        "max_tokens", "maxtokens", "max_completion_tokens", "max_output_tokens", "total_tokens", "prompt_tokens",
        "completion_tokens", "input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens", "tokens",
        "next_page_token", "page_token", "pagetoken", "nextpagetoken", "continuation_token", "signature-agent",
    ]

    /// Whether what stands under a name must not be shown. Case and separators do not count.
    package static func contains(_ name: String) -> Bool {
        let name = Grammar.lowercased(name)
        if harmless.contains(name) { return false }
        if name.hasPrefix("x-ratelimit") || name.hasPrefix("anthropic-ratelimit") { return false }
        if exact.contains(name) { return true }
        let split = name.split { $0 == "-" || $0 == "_" || $0 == "." }
        // `key` alone, or at the end: `x-functions-key`.
        if split.last == "key" || split.contains(where: words.contains) { return true }
        let letters = split.joined()
        return parts.contains { letters.contains($0) }
    }

    /// Whether a field stays behind when a request goes to another origin: secrets, and what names the old host.
    package static func staysWithOrigin(_ name: HeaderFields.Name) -> Bool {
        name == .host || name == .origin || contains(name.canonicalName)
    }
}
