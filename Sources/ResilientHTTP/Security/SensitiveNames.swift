/// Which header fields, query keys and JSON keys carry secrets.
///
/// One list for every purpose: what is redacted in texts is also what does not follow a redirect to another origin
/// and what makes up the credential scope.
package enum SensitiveNames {
    private static let exact: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate", "proxy-authenticate",
        "authentication-info", "signature", "signature-input", "sig", "hmac", "auth", "key", "code", "pwd", "pass",
        "jwt", "bearer", "session", "sid", "assertion",
    ]

    /// Parts that mark a name wherever they stand: `X-Goog-Api-Key`, `client_secret`, `x-amz-security-token` ….
    private static let parts = [
        "apikey", "secret", "token", "password", "passwd", "passphrase", "credential", "signature", "privatekey",
        "accesskey", "authkey", "sessionid", "subscriptionkey", "agentkey", "signingkey",
    ]

    /// Names that contain such a part and are harmless.
    private static let harmless: Set<String> = [
        "idempotency-key", "max_tokens", "maxtokens", "max_completion_tokens", "total_tokens", "prompt_tokens",
        "completion_tokens", "input_tokens", "output_tokens", "tokens", "next_page_token", "page_token",
        "pagetoken", "nextpagetoken", "continuation_token", "signature-agent",
    ]

    /// Whether what stands under a name must not be shown. Case and separators do not count.
    package static func contains(_ name: String) -> Bool {
        let name = Grammar.lowercased(name)
        if exact.contains(name) { return true }
        if harmless.contains(name) { return false }
        if name.hasPrefix("x-ratelimit") || name.hasPrefix("anthropic-ratelimit") { return false }
        let letters = name.filter { $0 != "-" && $0 != "_" && $0 != "." }
        return parts.contains { letters.contains($0) }
    }
}
