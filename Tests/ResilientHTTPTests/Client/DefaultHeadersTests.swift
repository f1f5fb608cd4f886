import Foundation
import ResilientHTTP
import Testing

@Suite("Default headers")
struct DefaultHeadersTests {
    private let transport = RecordingTransport()

    private func client(_ change: (inout Configuration) -> Void = { _ in }) throws -> ResilientClient {
        let name = try #require(HeaderFields.Name("X-Trace"))
        return try ResilientClient(transport, base: "https://api.example.com/v1") {
            $0.defaultHeaders = [
                .authorization: "Bearer default-token", .accept: "a", .accept: "b", name: "t", .host: "api.example.com",
            ]
            change(&$0)
        }
    }

    @Test("They go with every request, repeated ones too")
    func sent() async throws {
        _ = try await client().get("/x")
        let headers = try #require(transport.requests.first?.headers)
        #expect(headers[values: .accept] == ["a", "b"])
        #expect(headers[.authorization] == "Bearer default-token")
    }

    @Test("A request's own field replaces all defaults of its name, whatever the case")
    func overridden() async throws {
        let accept = try #require(HeaderFields.Name("ACCEPT"))
        _ = try await client().get("/x", headers: [accept: "own"])
        #expect(transport.requests.first?.headers[values: .accept] == ["own"])
    }

    @Test("A call may go without some, by name in any case")
    func omitted() async throws {
        let options = RequestOptions(omittedHeaders: ["AUTHORIZATION", "accept"])
        _ = try await client().get("/x", headers: [.accept: "own"], options: options)
        let headers = try #require(transport.requests.first?.headers)
        #expect(headers[.authorization] == nil)
        #expect(headers[values: .accept] == ["own"])
    }

    @Test("An idempotency key of the options is sent, in place of the default's and the request's")
    func idempotencyKey() async throws {
        _ = try await client().post("/x", headers: [.idempotencyKey: "old"], options: .init(idempotencyKey: "new"))
        #expect(transport.requests.first?.headers[values: .idempotencyKey] == ["new"])
    }

    @Test("A request to another origin is refused, in every call style, and reaches nothing")
    func otherOrigin() async throws {
        let client = try client()
        let url = try #require(URL(string: "https://evil.com/"))
        #expect(await resilientError { try await client.get("https://evil.com/") }?.code == .originRefused)
        #expect(await resilientError { try await client.send(ClientRequest(url: url)) }?.code == .originRefused)
        #expect(await resilientError { try await client.data(from: url) }?.code == .originRefused)
        let confused = try #require(URL(string: "https://api.example.com@evil.com/"))
        #expect(await resilientError { try await client.data(from: confused) }?.code == .originRefused)
        #expect(transport.requests.isEmpty)
    }

    @Test("Allowed to another origin, the client's credentials stay behind; the request's own go along")
    func credentialsStay() async throws {
        let client = try client { $0.allowsOtherOrigins = true }
        _ = try await client.get("https://cdn.example.net/x")
        _ = try await client.get("https://cdn.example.net/x", headers: [.authorization: "Bearer own-token"])
        _ = try await client.get("https://api.example.com:8443/x")
        _ = try await client.get("/x")
        let headers = transport.requests.map(\.headers)
        #expect(headers.map { $0[.authorization] } == [nil, "Bearer own-token", nil, "Bearer default-token"])
        #expect(headers.map { $0[.host] } == [nil, nil, nil, "api.example.com"])
        #expect(headers.allSatisfy { $0[.accept] == "a" })
    }

    @Test("In pass-through too, another origin is refused")
    func passthrough() async throws {
        let client = try client {
            let settings = Configuration.passthrough
            ($0.validation, $0.timeouts, $0.redirects, $0.retry) = (nil, settings.timeouts, nil, nil)
            $0.circuitBreaker = nil
        }
        #expect(client.stages.isEmpty)
        #expect(await resilientError { try await client.get("https://evil.com/") }?.code == .originRefused)
        #expect(transport.requests.isEmpty)
    }
}
