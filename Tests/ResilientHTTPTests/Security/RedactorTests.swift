import Foundation
import ResilientHTTP
import Testing

@Suite("Redactor")
struct RedactorTests {
    private let redactor = Redactor.standard

    @Test(
        "Secrets in text",
        arguments: [
            "https://user:canary@h/", "https://user:canary@canary@h/x", "https://canary@h",
            "Authorization: Bearer canary",
            "authorization=canary", "Authorization: Custom a=canary, b=canary", "Cookie: a=canary; b=canary",
            "set-cookie: x=canary",
            "bearer canary.token", "Basic canary1", #"{"password": "two canary words"}"#, #"{"api_key":"canary"}"#,
            #"{'secret': 'canary x'}"#,
            #"{"access_token":"a\"canary"}"#, "token=canary&x=1", "client_secret: canary", "sk-canary-abcdef",
            "ghp_canaryabcdef",
            "eyJcanary0123.eyJcanary.canary", "passphrase=canary", #"{"password":"canary"#, "X-Api-Key: canary",
            "private_key=canary", "at https://h/?a=1&sig=canary&b=2", "/x?%6bey=canary", "see ?code=canary",
        ]
    )
    func texts(_ text: String) {
        #expect(!redactor.redact(text).contains("canary"), "\(redactor.redact(text))")
        #expect(redactor.redact(text).contains("[redacted]") || text.contains("@"))
    }

    @Test(
        "Ordinary text stays as it is",
        arguments: [
            "", "the bearer token is empty", "the bearer token contains a character", "basic authentication failed",
            "status: 503",
            "max_tokens is not valid", "access_token is missing", "https://h/x?y=1@2", "a@b", "no retry for 5 s",
            "Bearer realm=api",
        ]
    )
    func ordinary(_ text: String) {
        #expect(redactor.redact(text) == text)
    }

    @Test(
        "URLs lose user info, fragment and sensitive query values",
        arguments: [
            ("https://u:p@h:8/a?b=1", "https://h:8/a?b=1"),
            ("https://h/?api_key=x&b=2&Token=y", "https://h/?api_key=[redacted]&b=2&Token=[redacted]"),
            ("https://h/?key=x&code=y&sig=z", "https://h/?key=[redacted]&code=[redacted]&sig=[redacted]"),
            ("https://h/a#x", "https://h/a"),
            ("https://h/?X-Amz-Signature=x&X-Amz-Date=1", "https://h/?X-Amz-Signature=[redacted]&X-Amz-Date=1"),
            ("https://h/?%61pi_key=x", "https://h/?%61pi_key=[redacted]"), ("https://h/?a&b=", "https://h/?a&b="),
            ("https://h/?q=sk-abcdefghijkl", "https://h/?q=[redacted]"),
        ]
    )
    func urls(_ text: String, _ expected: String) throws {
        #expect(redactor.redact(try #require(URL(string: text))) == expected)
    }

    @Test("A very long text is redacted in reasonable time and any bytes are survived")
    func robust() {
        let long = String(repeating: "token: \"aaaa ", count: 5_000) + "\u{0}\u{FFFF}👩‍👩‍👧e\u{301}"
        #expect(!redactor.redact(long).isEmpty)
    }
}
