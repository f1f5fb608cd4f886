import Foundation
import ResilientHTTP
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite("URLSession's calls")
struct URLSessionCallTests {
    private struct Watch: Middleware {
        let seen: OneShot<WireTimeouts>
        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            seen.resolve(.success(context.wireTimeouts))
            return try await next(request, context: context)
        }
    }

    private struct Answer: Middleware {
        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            ClientResponse(status: 203, body: .text("own"))
        }
    }

    private func request(_ change: (inout URLRequest) -> Void = { _ in }) throws -> URLRequest {
        var request = URLRequest(url: try #require(URL(string: "https://h.example/a?b=1")))
        change(&request)
        return request
    }

    @Test("Method, fields and body are passed on; the answer comes back with every status")
    func bridge() async throws {
        let transport = RecordingTransport([ClientResponse(status: 404, headers: [.eTag: "e"], body: .text("gone"))])
        let request = try request {
            $0.httpMethod = "post"
            $0.httpBody = Data("body".utf8)
            $0.setValue("v", forHTTPHeaderField: "X-One")
            $0.addValue("w", forHTTPHeaderField: "x-one")
        }
        let (data, response) = try await ResilientClient(transport).data(for: request)
        let sent = try #require(transport.requests.first)
        #expect(sent.method == .post)
        #expect(sent.headers.map(\.value) == ["v,w"])
        #expect(try await sent.body.collect() == Data("body".utf8))
        #expect(data == Data("gone".utf8))
        let http = try #require(response as? HTTPURLResponse)
        #expect(http.statusCode == 404 && http.url == request.url)
        #expect(http.value(forHTTPHeaderField: "etag") == "e")
    }

    @Test("Repeated fields are joined by commas whatever their case")
    func joined() async throws {
        let other = try #require(HeaderFields.Name("SET-COOKIE"))
        let headers: HeaderFields = [.setCookie: "a=1", .vary: "x", other: "b=2", .setCookie: "c=3"]
        let transport = RecordingTransport([ClientResponse(status: 200, headers: headers)])
        let (_, response) = try await ResilientClient(transport).data(for: request())
        #expect((response as? HTTPURLResponse)?.value(forHTTPHeaderField: "Set-Cookie") == "a=1, b=2, c=3")
    }

    @Test("An upload's data replaces the request's body")
    func upload() async throws {
        let transport = RecordingTransport()
        let request = try request {
            $0.httpMethod = "PUT"
            $0.httpBody = Data("old".utf8)
        }
        _ = try await ResilientClient(transport).upload(for: request, from: Data("new".utf8))
        #expect(try await transport.requests.first?.body.collect() == Data("new".utf8))
    }

    @Test(
        "A timeout interval bounds the head and the pauses; the default of 60 s does not, and infinity lifts the bound",
        arguments: [2.5, 60, .infinity, 1e300]
    )
    func timeouts(_ interval: Double) async throws {
        let seen = OneShot<WireTimeouts>()
        var dependencies = Dependencies()
        dependencies.stages = [CustomStage(.init(rawValue: "watch"), Watch(seen: seen), at: .innermost)]
        let client = try ResilientClient(RecordingTransport(), dependencies: dependencies)
        _ = try await client.data(for: request { $0.timeoutInterval = interval })
        let timeouts = try await seen.value()
        let expected: Duration? = [2.5: .milliseconds(2500), 1e300: .seconds(1_000_000_000)][interval]
        #expect(timeouts.firstByte == expected)
        #expect(timeouts.idle == (interval == .infinity ? .seconds(3_155_760_000) : expected))
    }

    @Test("A timeout that is no time is an invalid request", arguments: [0, -1, .nan, -.infinity, -1e300])
    func noTime(_ interval: Double) async throws {
        let transport = RecordingTransport()
        let request = try request { $0.timeoutInterval = interval }
        guard !(request.timeoutInterval > 0) else { return }
        let error = await resilientError { try await ResilientClient(transport).data(for: request) }
        #expect(error?.code == .invalidRequest)
        #expect(transport.requests.isEmpty)
    }

    @Test("A body stream is unsupported, a request without a URL invalid")
    func refused() async throws {
        let client = try ResilientClient(RecordingTransport())
        let stream = try request {
            $0.httpMethod = "POST"
            $0.httpBodyStream = InputStream(data: Data("x".utf8))
        }
        #expect(await resilientError { try await client.data(for: stream) }?.code == .unsupported)
        let empty = try request { $0.url = nil }
        #expect(await resilientError { try await client.data(for: empty) }?.code == .invalidRequest)
    }

    @Test("An answer that a stage made by itself has the request's URL")
    func stageAnswer() async throws {
        var dependencies = Dependencies()
        dependencies.stages = [CustomStage(.init(rawValue: "answer"), Answer(), at: .outermost)]
        let client = try ResilientClient(RecordingTransport(), dependencies: dependencies)
        let request = try request()
        let (data, response) = try await client.data(for: request)
        #expect(data == Data("own".utf8))
        #expect(response.url == request.url)
    }
}
