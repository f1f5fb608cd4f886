import Foundation
import ResilientHTTP
import Testing

@Suite("Redirects: method and body")
struct RedirectMethodTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let status: Int
        let method: ClientRequest.Method
        let becomes: ClientRequest.Method
        var keepsBody: Bool { method == becomes }
        var testDescription: String { "\(status) \(method)" }
    }

    static let cases: [Case] = [301, 302, 303, 307, 308].flatMap { status in
        [ClientRequest.Method.get, .head, .post, .put, .delete, .patch].map { method in
            let becomes: ClientRequest.Method =
                switch (status, method) {
                case (_, .head): .head
                case (303, _), (301, .post), (302, .post): .get
                default: method
                }
            return Case(status: status, method: method, becomes: becomes)
        }
    }

    @Test("RFC 9110 §15.4", arguments: cases)
    func method(_ row: Case) async throws {
        let transport = RecordingTransport([
            ClientResponse(status: .init(row.status), headers: [.location: "/b?x=1"]), ClientResponse(status: 200),
        ])
        let client = try ResilientClient(transport, base: "https://a.example/")
        let hasBody = row.method != .get && row.method != .head
        let headers: HeaderFields = [.contentType: "a/b", .contentEncoding: "gzip", .idempotencyKey: "k", .accept: "c"]
        let response = try await client.request(
            row.method,
            "/a",
            body: hasBody ? .text("body") : .empty,
            headers: hasBody ? headers : [.accept: "c"]
        )
        let second = try #require(transport.requests.last)
        #expect(transport.requests.count == 2)
        #expect(second.method == row.becomes)
        #expect(second.url.absoluteString == "https://a.example/b?x=1")
        #expect(try await second.body.collect() == Data((hasBody && row.keepsBody ? "body" : "").utf8))
        #expect(second.body.isEmpty == !(hasBody && row.keepsBody))
        #expect(second.headers.contains(.contentType) == (hasBody && row.keepsBody))
        #expect(second.headers.contains(.contentEncoding) == (hasBody && row.keepsBody))
        #expect(second.headers.contains(.idempotencyKey) == (hasBody && row.keepsBody))
        #expect(second.headers[.accept] == "c")
        #expect(response.url?.absoluteString == "https://a.example/b?x=1")
    }

    @Test("A body that can be read once is not asked for twice", arguments: [307, 308])
    func onceBody(_ status: Int) async throws {
        let transport = RecordingTransport([ClientResponse(status: .init(status), headers: [.location: "/b"])])
        let client = try ResilientClient(transport, base: "https://a.example/")
        let body = RequestBody.once(AsyncThrowingStream { $0.finish() })
        let error = await resilientError { try await client.post("/a", body: body) }
        #expect(error?.code == .bodyNotReplayable)
        #expect(error?.status == .init(status))
        #expect(transport.requests.count == 1)
    }

    @Test("A once-body is no obstacle where the redirect drops it")
    func droppedOnceBody() async throws {
        let transport = RecordingTransport([
            ClientResponse(status: 303, headers: [.location: "/b"]), ClientResponse(status: 200),
        ])
        let client = try ResilientClient(transport, base: "https://a.example/")
        _ = try await client.post("/a", body: .once(AsyncThrowingStream { $0.finish() }))
        #expect(transport.requests.map(\.method) == [.post, .get])
    }

    @Test("Other 3xx, and a redirect without Location, are answers", arguments: [300, 304, 305, 306, 301, 307])
    func answers(_ status: Int) async throws {
        let headers: HeaderFields = [301, 307].contains(status) ? [:] : [.location: "/b"]
        let transport = RecordingTransport([ClientResponse(status: .init(status), headers: headers)])
        let response = try await ResilientClient(transport, base: "https://a.example/").get("/a")
        #expect(response.status.code == status)
        #expect(transport.requests.count == 1)
    }
}
