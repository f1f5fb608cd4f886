import Foundation
import ResilientHTTP
import Testing

@Suite("Endpoint URLs")
struct EndpointURLTests {
    private func url(
        _ endpoint: String,
        base: String? = "https://api.example.com/v1",
        query: [URLQueryItem] = [],
        others: Bool = false
    ) throws -> String {
        let client = try ResilientClient(RecordingTransport(), base: base) { $0.allowsOtherOrigins = others }
        return try client.url(endpoint, query: query).absoluteString
    }

    @Test(
        "The base path stays in front, whatever the slashes",
        arguments: [
            ("https://h/v1", "messages", "https://h/v1/messages"),
            ("https://h/v1", "/messages", "https://h/v1/messages"),
            ("https://h/v1/", "messages", "https://h/v1/messages"),
            ("https://h/v1/", "/messages", "https://h/v1/messages"),
            ("https://h", "a", "https://h/a"), ("https://h/", "a", "https://h/a"), ("https://h", "/a", "https://h/a"),
            ("https://h/", "/a/", "https://h/a/"), ("https://h", "", "https://h/"), ("https://h", "/", "https://h/"),
            ("https://h/v1", "", "https://h/v1"), ("https://h/v1/", "", "https://h/v1/"),
            ("https://h/v1", "/", "https://h/v1/"),
            ("https://h:8443/a/b", "c/d", "https://h:8443/a/b/c/d"), ("https://h/v1", "a:b", "https://h/v1/a:b"),
            ("https://h/v1", "https:x", "https://h/v1/https:x"), ("https://[::1]/v1", "a", "https://[::1]/v1/a"),
            ("https://h/v1", "a%20b%2Fc", "https://h/v1/a%20b%2Fc"), ("https://h/v1", "...", "https://h/v1/..."),
        ]
    )
    func slashes(_ base: String, _ endpoint: String, _ expected: String) throws {
        #expect(try url(endpoint, base: base) == expected)
    }

    @Test("Base query, endpoint query and items follow each other; order and repeated keys stay")
    func queries() throws {
        let items = [
            URLQueryItem(name: "b", value: "2"), URLQueryItem(name: "a", value: "1"),
            URLQueryItem(name: "b", value: "0"),
        ]
        #expect(try url("x?z=9", base: "https://h/v1?key=k", query: items) == "https://h/v1/x?key=k&z=9&b=2&a=1&b=0")
        #expect(try url("x?", base: "https://h/v1?") == "https://h/v1/x")
        #expect(try url("?q=1") == "https://api.example.com/v1?q=1")
        #expect(try url("x#f?q=1", query: items) == "https://api.example.com/v1/x?b=2&a=1&b=0")
    }

    @Test("Query items are encoded", arguments: ["+", "&", "=", "#", " ", "é", "日", "%41", "\n", "a/b?c"])
    func items(_ text: String) throws {
        let result = try url("x", query: [URLQueryItem(name: text, value: text)])
        let parts = try #require(URLComponents(string: result))
        #expect(parts.queryItems == [URLQueryItem(name: text, value: text)])
        #expect(parts.percentEncodedQuery?.utf8.filter { $0 == UInt8(ascii: "=") }.count == 1)
        #expect(!result.contains("+"))
    }

    @Test(
        "What names another origin is refused",
        arguments: [
            "https://evil.com", "HTTPS://EVIL.com/x", "http://api.example.com/v1/x", "https://api.example.com:8443/",
            "https://api.example.com@evil.com/", "https://api.example.com:443@evil.com/", "//evil.com/x", "///evil.com",
            "https://api.example.com.evil.com/", "https://api.example.com./", "https://evil.com?@api.example.com/",
            "https://evil.com#@api.example.com/", "https://", "https:///evil.com/",
        ]
    )
    func otherOrigins(_ endpoint: String) throws {
        let error = try #require(throws: ResilientError.self) { _ = try url(endpoint) }
        #expect(error.code == .originRefused || error.code == .invalidRequest, "\(error)")
        #expect(error.reachedServer == .no)
    }

    @Test("Its own origin may be named", arguments: ["https://api.example.com/x", "HTTPS://API.example.com:443/x"])
    func ownOrigin(_ endpoint: String) throws {
        let query = [URLQueryItem(name: "q", value: "1")]
        #expect(try url(endpoint, query: query) == endpoint + "?q=1")
    }

    @Test("Other origins are allowed when the configuration says so, and without a base URL")
    func allowed() throws {
        #expect(try url("https://other.com/x?a=1", others: true) == "https://other.com/x?a=1")
        #expect(try url("http://other.com", base: nil) == "http://other.com")
        let error = try #require(throws: ResilientError.self) { _ = try url("/x", base: nil) }
        #expect(error.code == .invalidRequest)
    }

    @Test(
        "What would leave the base path, or has to be repaired, is refused and never ends the process",
        arguments: [
            "..", "/..", "/../x", "a/../../x", "%2e%2e", "/%2E%2e/x", ".%2e/x", "a%2f..%2f..", "..%5cx", ".", "./x",
            "\\\\evil.com",
            "/\\evil.com", "a\\b", "a b", "a\tb", "a\nb", "a\r\nHost: evil", "é", "日", "a\u{0}", "100%", "%", "%zz",
            "%2", "[x]",
            "a]", "a|b", "a^b", "{id}", "<id>", "a\"b", "`", "\u{7F}", "\t//evil.com", " https://evil.com",
        ]
    )
    func refused(_ endpoint: String) throws {
        let error = try #require(throws: ResilientError.self) { _ = try url(endpoint) }
        #expect(error.code == .invalidRequest)
    }

    @Test("Whatever an endpoint is made of, the result stays below the base URL")
    func property() throws {
        let pieces = [
            "/", "//", "..", ".", "%2e", "%2f", "\\", "@", ":", "?", "#", "evil.com", "https:", "a", "[", "]", "%",
            "\t", "é",
        ]
        var random = SeededGenerator(seed: 42)
        let client = try ResilientClient(RecordingTransport(), base: "https://api.example.com/v1")
        for _ in 0..<20_000 {
            let endpoint = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
                pieces.randomElement(using: &random)
            }.joined()
            guard let url = try? client.url(endpoint) else { continue }
            let isAbsolute = endpoint.hasPrefix("https://")
            #expect(url.host == "api.example.com", "\(endpoint)")
            let path = try #require(URLComponents(url: url, resolvingAgainstBaseURL: true)).percentEncodedPath
            #expect(isAbsolute || path.hasPrefix("/v1") && !path.contains("/../"), "\(endpoint) gave \(url)")
        }
    }
}
