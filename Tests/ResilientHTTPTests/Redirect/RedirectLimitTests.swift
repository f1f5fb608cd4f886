import Foundation
import ResilientHTTP
import Testing

@Suite("Redirects: how many")
struct RedirectLimitTests {
    private let loop = RecordingTransport { _ in ClientResponse(status: 302, headers: [.location: "/x"]) }

    @Test("At most the limit, then too_many_redirects with the last answer", arguments: [0, 1, 20])
    func limit(_ limit: Int) async throws {
        let client = try ResilientClient(loop, base: "https://a.example/") { $0.redirects?.limit = limit }
        let error = await resilientError { try await client.get("/x") }
        #expect(error?.code == .tooManyRedirects)
        #expect(error?.status == 302)
        #expect(error?.attempts.count == limit + 1)
        #expect(loop.requests.count == limit + 1)
    }

    @Test("Exactly the limit is still followed")
    func exactly() async throws {
        let transport = RecordingTransport([
            ClientResponse(status: 302, headers: [.location: "/1"]),
            ClientResponse(status: 302, headers: [.location: "/2"]),
            ClientResponse(status: 200),
        ])
        let client = try ResilientClient(transport, base: "https://a.example/") { $0.redirects?.limit = 2 }
        #expect(try await client.get("/x").status == 200)
    }

    @Test("A call may have its redirects returned, and a client without the stage does")
    func notFollowed() async throws {
        let client = try ResilientClient(loop, base: "https://a.example/")
        #expect(try await client.get("/x", options: .init(followsRedirects: false)).status == 302)
        let without = try ResilientClient(loop, base: "https://a.example/") { $0.redirects = nil }
        #expect(try await without.get("/x").status == 302)
        #expect(loop.requests.count == 2)
        let error = await resilientError { try await without.get("/x", options: .init(followsRedirects: true)) }
        #expect(error?.code == .configuration)
        #expect(error?.problems.map(\.path) == ["options.follows_redirects"])
    }

    @Test("Secrets in a place do not reach the explanation")
    func explanation() async throws {
        let transport = RecordingTransport([
            ClientResponse(status: 302, headers: [.location: "/y?api_key=canary&a=1"]), ClientResponse(status: 200),
        ])
        let response = try await ResilientClient(transport, base: "https://a.example/").get("/x")
        #expect(response.explanation.description.contains("302 to https://a.example/y"))
        #expect(!response.explanation.description.contains("canary"))
    }
}
