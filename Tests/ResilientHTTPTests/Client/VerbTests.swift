import Foundation
import ResilientHTTP
import Testing

@Suite("Verbs")
struct VerbTests {
    private struct User: Codable, Equatable {
        struct Address: Codable, Equatable {
            var city: String
        }
        var name: String
        var addresses: [Address]
    }

    private func client(_ status: ClientResponse.Status, headers: HeaderFields = [:], body: String = "") throws -> (
        ResilientClient, RecordingTransport
    ) {
        let transport = RecordingTransport([ClientResponse(status: status, headers: headers, body: .text(body))])
        return (try ResilientClient(transport, base: "https://h.example/v1") { $0.retry = nil }, transport)
    }

    @Test("Each sends its method, URL, fields and body")
    func requests() async throws {
        let (client, transport) = try client(200)
        _ = try await client.get("a", query: [URLQueryItem(name: "q", value: "1")], headers: [.accept: "x"])
        _ = try await client.head("a")
        _ = try await client.post("a", body: .text("b"))
        _ = try await client.post("a", json: ["k": 1])
        _ = try await client.put("a", body: .text("b"))
        _ = try await client.put("a", json: ["k": 1])
        _ = try await client.patch("a", body: .text("b"))
        _ = try await client.patch("a", json: ["k": 1])
        _ = try await client.delete("a")
        _ = try await client.request(.init("purge"), "a")
        let methods = transport.requests.map(\.method.rawValue)
        #expect(methods == ["GET", "HEAD", "POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "DELETE", "purge"])
        #expect(transport.requests.first?.url.absoluteString == "https://h.example/v1/a?q=1")
        #expect(transport.requests.first?.headers[.accept] == "x")
        for index in [3, 5, 7] {
            #expect(try await transport.requests[index].body.collect() == Data(#"{"k":1}"#.utf8))
            #expect(transport.requests[index].body.contentType == "application/json")
        }
    }

    @Test(
        "400 and above are thrown with status, fields, bounded prefix, attempts and Retry-After",
        arguments: [400, 404, 429, 503, 599]
    )
    func status(_ code: Int) async throws {
        let (client, _) = try client(
            .init(code),
            headers: [.retryAfter: "7", .eTag: "e"],
            body: String(repeating: "x", count: 10_000)
        )
        let error = try #require(await resilientError { try await client.get("a", options: .init(endpoint: "list")) })
        #expect(error.code == .status)
        #expect(error.status?.code == code)
        #expect(error.headers[.eTag] == "e")
        #expect(error.bodyPrefix.count == ResilientError.bodyPrefixLimit)
        #expect(error.retryAfter == .seconds(7))
        #expect(error.attempts.map(\.status?.code) == [code])
        #expect(error.endpoint == "list")
        #expect(error.requestID != nil)
        #expect(error.reachedServer == .yes)
        #expect(error.message == "GET https://h.example/v1/a answered \(code)")
    }

    @Test("Below 400 is an answer", arguments: [200, 201, 204, 299, 304, 399])
    func success(_ code: Int) async throws {
        let (client, _) = try client(.init(code))
        #expect(try await client.delete("a").status.code == code)
    }

    @Test("send returns every status")
    func send() async throws {
        let (client, _) = try client(500)
        let response = try await client.send(ClientRequest(url: try client.url("a")))
        #expect(response.status == 500)
        #expect(response.url?.absoluteString == "https://h.example/v1/a")
    }

    @Test("A 204 decodes to nothing when nothing is expected")
    func noContent() async throws {
        let (client, _) = try client(204)
        let response = try await client.delete("a")
        #expect(try response.decodeIfPresent(User.self) == nil)
        let error = try #require(throws: ResilientError.self) { try response.decode(User.self) }
        #expect(error.code == .decoding && error.message.contains("the body is empty"))
    }

    @Test(
        "A decoding error says where, keeps the answer and a bounded prefix",
        arguments: [
            (#"{"name":"a","addresses":[{"city":"b"},{}]}"#, "addresses[1].city is missing"),
            (#"{"name":1,"addresses":[]}"#, "name is not valid"),
            (#"{"name":null,"addresses":[]}"#, "name is not valid"), ("[]", "the body is not valid"),
            ("<html>\n</html>", "the body is not valid"),
        ]
    )
    func decoding(_ body: String, _ expected: String) async throws {
        let (client, transport) = try client(
            200,
            headers: [.eTag: "e"],
            body: body + String(repeating: " ", count: 5_000)
        )
        let response = try await client.get("a")
        let error = try #require(throws: ResilientError.self) { try response.decode(User.self) }
        #expect(error.code == .decoding)
        #expect(error.message.contains(expected), "\(error)")
        #expect(!error.message.contains("\n"))
        #expect(error.status == 200 && error.headers[.eTag] == "e" && error.reachedServer == .yes)
        #expect(error.bodyPrefix.count == ResilientError.bodyPrefixLimit)
        #expect(error.attempts.count == 1 && error.requestID == response.requestID)
        #expect(error.cause is DecodingError)
        #expect(transport.requests.count == 1)
    }

    @Test("A value that cannot be encoded is never sent")
    func encoding() async throws {
        let (client, transport) = try client(200)
        let error = await resilientError { try await client.post("a", json: [Double.nan]) }
        #expect(error?.code == .invalidRequest)
        #expect(transport.requests.isEmpty)
    }
}
