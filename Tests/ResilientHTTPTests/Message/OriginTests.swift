import Foundation
import ResilientHTTP
import Testing

@Suite("Origin")
struct OriginTests {
    @Test("Case and default ports do not count")
    func equality() {
        #expect(
            Origin(scheme: "HTTPS", host: "API.Example.com")
                == Origin(scheme: "https", host: "api.example.com", port: 443)
        )
        #expect(Origin(scheme: "http", host: "a") != Origin(scheme: "https", host: "a"))
        #expect(Origin(scheme: "https", host: "a") != Origin(scheme: "https", host: "a", port: 8443))
        #expect(Origin(scheme: "ftp", host: "a").port == 0)
    }

    @Test("Shown as a URL without a path")
    func description() {
        #expect(Origin(scheme: "https", host: "a").description == "https://a")
        #expect(Origin(scheme: "http", host: "a", port: 8080).description == "http://a:8080")
        #expect(Origin(scheme: "http", host: "::1", port: 80).description == "http://[::1]")
    }

    @Test(
        "This machine",
        arguments: [
            "localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1",
        ]
    )
    func loopback(_ host: String) {
        #expect(Origin(scheme: "http", host: host).isLoopback)
    }

    @Test(
        "Only looks like this machine",
        arguments: [
            "127.0.0.1.evil.com", "localhost.evil.com", "evillocalhost", "0x7f.1", "127.1", "2130706433", "0177.0.0.1",
            "128.0.0.1", "::2", "127.0.0.1.", "127.0.0.256", "0.0.0.0", "::ffff:8.8.8.8", "localhost..", "",
        ]
    )
    func lookAlikes(_ host: String) {
        #expect(!Origin(scheme: "http", host: host).isLoopback)
    }

    @Test("A request's origin is read strictly from its URL")
    func ofRequests() throws {
        let url = try #require(URL(string: "HTTPS://user@API.example.com:443/v1"))
        #expect(ClientRequest(url: url).origin == Origin(scheme: "https", host: "api.example.com"))
        let relative = try #require(URL(string: "v1/x"))
        #expect(ClientRequest(url: relative).origin == nil)
    }
}
