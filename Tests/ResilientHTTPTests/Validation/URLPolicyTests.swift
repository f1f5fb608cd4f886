import Foundation
import ResilientHTTP
import Testing

@Suite("URL policy")
struct URLPolicyTests {
    /// The code that a GET of a URL ends with; nil when it was sent.
    private func code(_ text: String, _ change: (inout ValidationConfiguration) -> Void = { _ in }) async throws
        -> ResilientError.Code?
    {
        let transport = RecordingTransport()
        let url = try #require(URL(string: text), "\(text)")
        var validation = ValidationConfiguration()
        change(&validation)
        let client = try ResilientClient(transport) { $0.validation = validation }
        let error = await resilientError { try await client.send(ClientRequest(url: url)) }
        #expect(transport.requests.count == (error == nil ? 1 : 0))
        if let error { #expect(error.reachedServer == .no && error.attempts.isEmpty) }
        return error?.code
    }

    @Test(
        "Plain http only to this machine",
        arguments: [
            "http://localhost/", "http://a.localhost:8080", "http://127.0.0.1:1", "http://127.9.9.9/", "http://[::1]/",
            "http://LOCALHOST./",
        ]
    )
    func loopback(_ url: String) async throws {
        #expect(try await code(url) == nil)
    }

    @Test(
        "Plain http elsewhere is insecure",
        arguments: [
            "http://a.example/", "http://127.0.0.1.evil.com/", "http://localhost.evil.com/", "http://0x7f.1/",
            "http://127.1/",
            "http://2130706433/", "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://evil.com/localhost",
            "http://10.0.0.1/",
            "http://evillocalhost/", "http://0.0.0.0/", "http://[::]/", "HTTP://evil.com:443/",
        ]
    )
    func insecure(_ url: String) async throws {
        #expect(try await code(url) == .insecureRequest)
        #expect(try await code(url) { $0.requiresHTTPS = false } == nil)
    }

    @Test(
        "What cannot be called is invalid",
        arguments: [
            "ftp://a.example/", "file:///etc/passwd", "mailto:x@y", "a/b", "https:", "https:///x",
            "https://a.example:0/",
            "https://a.example:65536/", "https://a.example:x/", "https://a%2eexample/", "https://a!b/",
            "javascript:alert(1)",
        ]
    )
    func invalid(_ url: String) async throws {
        guard URL(string: url) != nil else { return }
        #expect(try await code(url) == .invalidRequest)
    }

    @Test(
        "User info is insecure unless allowed",
        arguments: [
            "https://user@a.example/", "https://user:pw@a.example/", "https://:@a.example/", "https://@a.example/",
        ]
    )
    func userInfo(_ url: String) async throws {
        #expect(try await code(url) == .insecureRequest)
        #expect(try await code(url) { $0.allowsUserInfo = true } == nil)
    }

    @Test(
        "Private addresses are refused when asked for",
        arguments: [
            "10.0.0.1", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "127.0.0.1", "0.0.0.0",
            "localhost", "localhost.",
            "a.localhost", "127.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "10.0.0.1.", "255.255.255.255",
            "224.0.0.1", "[::1]", "[::]",
            "[::ffff:10.0.0.1]", "[::ffff:a00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[0000:0000::1]", "[::127.0.0.1]",
            "[::7f00:1]", "[fc00::1]",
            "[fd00::1]", "[fe80::1]", "[fe80::1%25eth0]", "[febf::1]", "[fec0::1]", "[ff02::1]", "[64:ff9b::a00:1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]", "[2001::1]",
        ]
    )
    func privateAddresses(_ host: String) async throws {
        #expect(try await code("https://\(host)/") { $0.refusesPrivateAddresses = true } == .insecureRequest)
        #expect(try await code("https://\(host)/") == nil)
    }

    @Test(
        "Public ones are not",
        arguments: ["a.example", "1.1.1.1", "172.32.0.1", "[2606:4700::1111]", "10.example", "localhost.example"]
    )
    func publicAddresses(_ host: String) async throws {
        #expect(try await code("https://\(host)/") { $0.refusesPrivateAddresses = true } == nil)
    }

    @Test("Every breach is in one error")
    func allAtOnce() async throws {
        let transport = RecordingTransport()
        let client = try ResilientClient(transport) { $0.validation?.refusesPrivateAddresses = true }
        let url = try #require(URL(string: "http://user:canary@10.0.0.1/"))
        let request = ClientRequest(method: .init("B AD"), url: url, headers: [.accept: "a\nb"], body: .empty)
        let error = try #require(await resilientError { try await client.send(request) })
        #expect(error.code == .insecureRequest)
        for part in ["user name", "plain http", "private", "method", "Accept"] {
            #expect(error.message.contains(part), "\(error)")
        }
        #expect(!error.description.contains("canary"))
    }
}
