import ResilientHTTP
import Testing

@Suite("Sensitive names")
struct SensitiveNamesTests {
    @Test(
        "Secret by name, in every spelling",
        arguments: [
            "Authorization", "x-api-key", "X_API_KEY", "apiKey", "clientSecret", "client_secret", "refresh_token",
            "sessionToken", "id_token",
            "password", "PassWD", "set-cookie", "connect.sid", "x-auth", "sig", "X-Amz-Credential", "x-goog-signature",
            "key", "code",
            "x-functions-key", "privateKey", "DPoP", "jwt", "otp",
        ]
    )
    func sensitive(_ name: String) {
        #expect(SensitiveNames.contains(name))
    }

    @Test(
        "Harmless",
        arguments: [
            "Accept", "Content-Type", "Idempotency-Key", "max_tokens", "input_tokens", "page_token",
            "x-ratelimit-remaining-tokens",
            "anthropic-ratelimit-tokens-limit", "author", "monkey", "keyboard", "zip_code", "status_code",
            "traceparent", "", "X-Request-Id",
        ]
    )
    func harmless(_ name: String) {
        #expect(!SensitiveNames.contains(name))
    }
}

@Suite("TokenFormat")
struct TokenFormatTests {
    @Test("Masked as the specification says (row 133)")
    func mask() {
        #expect(TokenFormat.mask("your-token") == "your...oken")
        #expect(TokenFormat.mask("12345678") == "***MASKED***")
        #expect(TokenFormat.mask("") == "***MASKED***")
        #expect(TokenFormat.mask("123456789") == "1234...6789")
    }

    @Test(
        "Only what nobody issues is found",
        arguments: ["", "short", "YOUR-API-KEY", "<token>", "with space", "tab\there", "quote\"quote", "ünïcode"]
    )
    func problems(_ token: String) {
        #expect(TokenFormat.problem(in: token) != nil)
    }

    @Test(
        "Real shapes pass",
        arguments: [
            "sk-proj-abc_DEF123", "sk-ant-api03-xyz", "eyJhbGci.eyJzdWIi.sig-_", "dGVzdA==/+dGVz", "a|b:c~d.e-f_g",
        ]
    )
    func sound(_ token: String) {
        #expect(TokenFormat.problem(in: token) == nil)
    }
}
