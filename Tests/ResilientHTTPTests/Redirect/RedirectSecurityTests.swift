import Foundation
import ResilientHTTP
import Testing

@Suite("Redirects: credentials and places")
struct RedirectSecurityTests {
    /// Follows one redirect from `https://a.example/x` and returns the second request.
    private func follow(
        _ location: String,
        from start: String = "https://a.example/x",
        headers: HeaderFields = [:],
        _ change: (inout Configuration) -> Void = { _ in }
    ) async throws -> ClientRequest {
        let transport = RecordingTransport([
            ClientResponse(status: 302, headers: [.location: location]), ClientResponse(status: 200),
        ])
        let client = try ResilientClient(transport, change)
        let url = try #require(URL(string: start))
        _ = try await client.send(ClientRequest(url: url, headers: headers))
        #expect(transport.requests.count == 2)
        return try #require(transport.requests.last)
    }

    static let credentials = [
        "Authorization", "Proxy-Authorization", "Cookie", "Cookie2", "X-Api-Key", "api-key", "apikey", "x-goog-api-key",
        "x-amz-security-token", "Signature", "Signature-Input", "X-Hub-Signature-256", "Webhook-Signature",
        "X-Auth-Token",
        "X-Auth", "X-Auth-Key", "X-Authorization", "X-Forwarded-Authorization", "Ocp-Apim-Subscription-Key",
        "x-functions-key",
        "PRIVATE-TOKEN", "X-Vault-Token", "CF-Access-Client-Secret", "X-Shopify-Access-Token", "DPoP", "X-Session-Id",
        "X-Sig",
        "X-CSRF-Token", "Host", "Origin",
    ]

    @Test(
        "Credentials do not go to another origin",
        arguments: credentials,
        ["https://b.example/", "https://a.example:8443/", "//b.example/"]
    )
    func dropped(_ name: String, _ location: String) async throws {
        let name = try #require(HeaderFields.Name(name))
        let request = try await follow(location, headers: [name: "secret", .accept: "a"])
        #expect(request.headers.map(\.name) == [.accept])
    }

    @Test("Credentials stay for the same origin", arguments: ["/y", "https://A.example:443/y", "?q", "//a.example/"])
    func kept(_ location: String) async throws {
        let request = try await follow(location, headers: [.authorization: "Bearer secret-token"])
        #expect(request.headers[.authorization] == "Bearer secret-token")
    }

    @Test(
        "Harmless fields go along",
        arguments: [
            "Accept", "Accept-Language", "User-Agent", "Range", "If-None-Match", "Cache-Control", "Pragma", "Prefer",
            "Priority",
        ]
    )
    func harmless(_ name: String) async throws {
        let name = try #require(HeaderFields.Name(name))
        #expect(try await follow("https://b.example/", headers: [name: "v"]).headers[name] == "v")
    }

    @Test(
        "What nobody knows stays behind, unless the configuration names it",
        arguments: ["X-Authentication", "X-Honeycomb-Team", "CB-ACCESS-SIGN", "X-Wsse", "Macaroon", "traceparent"]
    )
    func unknown(_ name: String) async throws {
        let field = try #require(HeaderFields.Name(name))
        #expect(try await follow("https://b.example/", headers: [field: "v"]).headers.isEmpty)
        let extended = try await follow("https://b.example/", headers: [field: "v"]) {
            $0.redirects?.crossOriginHeaders = [name.uppercased()]
        }
        #expect(extended.headers[field] == "v")
    }

    @Test("Once dropped, they do not come back when the next redirect leads home")
    func roundTrip() async throws {
        let transport = RecordingTransport([
            ClientResponse(status: 307, headers: [.location: "https://b.example/"]),
            ClientResponse(status: 307, headers: [.location: "https://a.example/"]), ClientResponse(status: 200),
        ])
        let client = try ResilientClient(transport, base: "https://a.example/") {
            $0.defaultHeaders = [.authorization: "Bearer secret-token"]
        }
        _ = try await client.get("/")
        #expect(transport.requests.map { $0.headers.contains(.authorization) } == [true, false, false])
    }

    @Test("An upgrade to https is another origin")
    func upgrade() async throws {
        let request = try await follow("https://localhost/", from: "http://localhost/", headers: [.cookie: "a=b"])
        #expect(!request.headers.contains(.cookie))
    }

    @Test(
        "Places that are refused, with the answer in the error",
        arguments: [
            "http://a.example/", "http://127.0.0.1/", "javascript:alert(1)", "file:///etc/passwd", "ftp://b.example/",
            "data:,x",
            "https:///x", "https:x", "/a\tb", "/\r\nX: y", "https://bé.example/", "\\\\b.example", "/a\\b",
            "/%zz", "https://user:pw@b.example/",
            "https://b.example:0/",
            "https://[::1/", "https://b%2eexample/", "", "gopher://b.example",
        ]
    )
    func refused(_ location: String) async throws {
        let transport = RecordingTransport([
            ClientResponse(status: 302, headers: [.location: location], body: .text("moved"))
        ])
        let client = try ResilientClient(transport, base: "https://a.example/")
        let error = await resilientError { try await client.get("/") }
        #expect(error?.code == .redirectRefused)
        #expect(error?.status == 302)
        #expect(error?.bodyPrefix == Data("moved".utf8))
        #expect(error?.reachedServer == .yes)
        #expect(error?.attempts.count == 1)
        #expect(transport.requests.count == 1)
    }

    @Test(
        "Without the security policy, still nothing but http and https",
        arguments: ["file:///etc/passwd", "javascript:x", "ftp://b/"]
    )
    func refusedWithoutPolicy(_ location: String) async throws {
        for start in ["https://a.example/", "http://a.example/"] {
            let error = await resilientError { try await follow(location, from: start) { $0.validation = nil } }
            #expect(error?.code == .redirectRefused)
        }
    }

    @Test(
        "The policy holds for every hop",
        arguments: ["https://10.0.0.1/", "https://[::ffff:169.254.169.254]/", "https://localhost/", "https://127.1/"]
    )
    func policy(_ location: String) async throws {
        let error = await resilientError {
            try await follow(location) { $0.validation?.refusesPrivateAddresses = true }
        }
        #expect(error?.code == .redirectRefused)
        _ = try await follow(location)
    }

    @Test("From https to http only when both settings say so")
    func downgrade() async throws {
        let request = try await follow("http://a.example/") {
            $0.redirects?.allowsDowngrade = true
            $0.validation?.requiresHTTPS = false
        }
        #expect(request.url.absoluteString == "http://a.example/")
        let error = await resilientError {
            try await follow("http://a.example/") { $0.redirects?.allowsDowngrade = true }
        }
        #expect(error?.code == .redirectRefused)
    }

    @Test(
        "Location is relative to the URL that redirected; a fragment is inherited unless there is a new one",
        arguments: [
            ("y", "https://a.example/p/y#f"), ("/y#g", "https://a.example/y#g"),
            ("?q=1", "https://a.example/p/x?q=1#f"),
            ("../../y", "https://a.example/y#f"), ("//b.example", "https://b.example#f"),
            ("#h", "https://a.example/p/x?o=1#h"),
            ("HTTPS://B.example/", "HTTPS://B.example/#f"),
            ("/a b", "https://a.example/a%20b#f"), ("/café", "https://a.example/caf%C3%A9#f"),
            ("/caf\u{C3}\u{A9}", "https://a.example/caf%C3%A9#f"), ("/日本", "https://a.example/%E6%97%A5%E6%9C%AC#f"),
            ("/a|b?c={d}", "https://a.example/a%7Cb?c=%7Bd%7D#f"), (" /y \t", "https://a.example/y#f"),
            ("/a%20b c", "https://a.example/a%20b%20c#f"), ("/<\">^`", "https://a.example/%3C%22%3E%5E%60#f"),
        ]
    )
    func resolution(_ location: String, _ expected: String) async throws {
        #expect(try await follow(location, from: "https://a.example/p/x?o=1#f").url.absoluteString == expected)
    }
}
