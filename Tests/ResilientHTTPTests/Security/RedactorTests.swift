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
            "X-Auth-Key: canary", "x-functions-key: canary", "pwd=canary", "Token canary0123", "OAuth canary012345",
            "github_pat_canary0", "ya29.canary0", "xoxe-canary-0123", "SG.canary0123456789abc", "npm_canary0",
            "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\ncanary",
            #"{"tokens":["canary"]}"#, #"{"tokens":[{"a":"canary]"},"canary"]}"#, #"{"secret":{"a":["canary"]}}"#,
            #"{\"api_key\":\"canary\"}"#, #"{\"password\":\"a\\\"canary\"}"#, "token: Bearer canary",
            "next=https%3A%2F%2Fh%2F%3Ftoken%3Dcanary%26a%3D1", "user[password]=canary", "token[0]=canary",
            "'password' => 'canary'", "secret := canary", "API key: canary", "api key=canary",
            "Unsupported proxy syntax in 'user:canary@127.0.0.1:99999'", "user:canary@h", "http://user:p/canary@h/",
            "http%3A%2F%2Fuser%3Acanary%40h", "https://h/#access_token=canary", "token=a'canary",
        ]
    )
    func texts(_ text: String) {
        #expect(!redactor.redact(text).contains("canary"), "\(redactor.redact(text))")
        #expect(redactor.redact(text).contains("[redacted]") || text.contains("@"))
        // What has passed once stays as it is.
        #expect(redactor.redact(redactor.redact(text)) == redactor.redact(text))
    }

    @Test(
        "Ordinary text stays as it is",
        arguments: [
            "", "the bearer token is empty", "the bearer token contains a character", "basic authentication failed",
            "status: 503",
            "max_tokens is not valid", "access_token is missing", "https://h/x?y=1@2", "a@b", "no retry for 5 s",
            "Bearer realm=api", "error code: 503", "primary key: id", "[auth]: it failed", "tokens: 5", "tokens=128",
            #"{"usage":{"tokens":12}}"#, "the token contains a character", "git@github.com:org/name", "at 12:30:15",
            "-----BEGIN CERTIFICATE-----\nMIIB", "https://h/@scope/name", "max_tokens: 4096", "a == b",
            "http://h:80/a@b",
            "the signing key is old", "x-ratelimit-remaining-tokens: 40000",
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

    @Test("What has no end is secret to the end", arguments: ["\"", "'", "[\"", "{\"a\":\""])
    func secretsWithoutAnEnd(_ opening: String) {
        let text = "password=" + opening + String(repeating: "a", count: 200_000) + "canary"
        #expect(redactor.redact(text, limit: .max).utf8.count < 30)
    }

    @Test("Of a long text the beginning is kept, without half a word")
    func longTexts() {
        let text = String(repeating: "word ", count: 100_000) + "canary"
        let clean = redactor.redact(text)
        #expect(clean.hasPrefix("word word") && clean.hasSuffix("word … (434471 more bytes)"), "\(clean.suffix(60))")
        #expect(redactor.redact("one two three", limit: 9) == "one two … (5 more bytes)")
        #expect(redactor.redact(String(repeating: "é", count: 100), limit: 51).hasSuffix("… (200 more bytes)"))
        #expect(redactor.redact("", limit: 0) == "" && redactor.redact("a", limit: -1) == "… (1 more bytes)")
    }

    @Test("Any bytes are survived, and characters stay whole")
    func robust() {
        let text = "\u{0}\u{FFFF}👩‍👩‍👧e\u{301} token=é% %4 %zz =%"
        #expect(redactor.redact(text).hasPrefix("\u{0}\u{FFFF}👩‍👩‍👧e\u{301} token=[redacted] %"))
        for byte in UInt8.min...UInt8.max {
            #expect(
                !redactor.redact("a" + String(decoding: [byte], as: UTF8.self) + "password=canary").contains("canary")
            )
        }
    }
}
