import Foundation
import ResilientHTTP
import Testing

@Suite("Message rules")
struct MessageRulesTests {
    /// The message of the refusal; nil when the request was sent.
    private func refusal(
        _ method: ClientRequest.Method = .get,
        headers: HeaderFields = [:],
        body: RequestBody = .empty,
        path: String = "/",
        _ change: (inout ValidationConfiguration) -> Void = { _ in }
    ) async throws -> String? {
        let transport = RecordingTransport()
        var validation = ValidationConfiguration()
        change(&validation)
        let client = try ResilientClient(transport, base: "https://a.example") { $0.validation = validation }
        let error = await resilientError { try await client.request(method, path, body: body, headers: headers) }
        #expect(transport.requests.count == (error == nil ? 1 : 0))
        if let error { #expect(error.code == .invalidRequest && error.reachedServer == .no) }
        return error?.message
    }

    @Test("A method is a token", arguments: ["", "GE T", "GET\r\n", "G\u{0}", "é", "GET /x HTTP/1.1"])
    func methods(_ name: String) async throws {
        #expect(try await refusal(.init(name))?.contains("method") == true)
    }

    @Test("Any token is a method", arguments: ["PURGE", "purge", "M-SEARCH", "!#$%&'*+-.^_`|~"])
    func tokens(_ name: String) async throws {
        #expect(try await refusal(.init(name)) == nil)
    }

    @Test(
        "A body's content type is a field value like any other",
        arguments: ["a/b\r\nX-Evil: 1", "a/b\n", "a/b\u{0}"]
    )
    func contentTypes(_ type: String) async throws {
        let body = RequestBody.bytes(Data("x".utf8), contentType: type)
        #expect(try await refusal(.post, body: body)?.contains("content type") == true)
    }

    @Test(
        "GET, HEAD and TRACE have no body, not even an empty one; CONNECT is not spoken",
        arguments: [.get, .head, .trace] as [ClientRequest.Method]
    )
    func bodies(_ method: ClientRequest.Method) async throws {
        #expect(try await refusal(method, body: .text("x"))?.contains("no body") == true)
        #expect(try await refusal(method, body: .bytes(Data())) != nil)
        #expect(try await refusal(.connect)?.contains("CONNECT") == true)
        #expect(try await refusal(.delete, body: .text("x")) == nil)
        #expect(try await refusal(.post) == nil)
    }

    @Test(
        "Fields of the connection belong to the transport",
        arguments: [
            "Transfer-Encoding", "Connection", "Upgrade", "Trailer", "Keep-Alive", "Proxy-Connection",
            "TRANSFER-ENCODING",
        ]
    )
    func connectionFields(_ name: String) async throws {
        let name = try #require(HeaderFields.Name(name))
        #expect(try await refusal(.post, headers: [name: "x"], body: .text("b"))?.contains("transport") == true)
    }

    @Test("Content-Length must agree with the body and stand once", arguments: ["2", "", "+1", "1, 1", "0x1", "01"])
    func contentLength(_ value: String) async throws {
        #expect(try await refusal(.post, headers: [.contentLength: value], body: .text("b")) != nil)
        #expect(try await refusal(.post, headers: [.contentLength: "1"], body: .text("b")) == nil)
        #expect(try await refusal(.post, headers: [.contentLength: "1", .contentLength: "1"], body: .text("b")) != nil)
    }

    @Test("At most one Host")
    func hosts() async throws {
        #expect(try await refusal(headers: [.host: "a", .host: "b"])?.contains("Host") == true)
        #expect(try await refusal(headers: [.host: "a"]) == nil)
    }

    @Test("Sizes: URL, header fields, body")
    func sizes() async throws {
        // https://a.example/ has 18 bytes.
        #expect(try await refusal(path: "/aa") { $0.maxURLLength = 20 } == nil)
        #expect(try await refusal(path: "/aaa") { $0.maxURLLength = 20 }?.contains("20 bytes") == true)
        // Accept: a and a line end have 11 bytes.
        #expect(try await refusal(headers: [.accept: "a"]) { $0.maxHeaderBytes = 11 } == nil)
        #expect(try await refusal(headers: [.accept: "ab"]) { $0.maxHeaderBytes = 11 } != nil)
        #expect(try await refusal(.post, body: .text("abc")) { $0.maxBodyBytes = 3 } == nil)
        #expect(try await refusal(.post, body: .text("abcd")) { $0.maxBodyBytes = 3 } != nil)
    }

    @Test("Every problem is in one error")
    func allAtOnce() async throws {
        let headers: HeaderFields = [.accept: " a", .vary: "b\r\nX: y", .host: "a", .host: "b", .upgrade: "x"]
        let message = try #require(
            try await refusal(.head, headers: headers, body: .text("x")) { $0.maxHeaderBytes = 1 }
        )
        #expect(message.components(separatedBy: "; ").count >= 6, "\(message)")
    }

    @Test("A large refusal does not show the values")
    func values() async throws {
        let message = try await refusal(headers: [.accept: "canary\u{0}", .authorization: "Bearer canary\n"])
        #expect(message?.contains("canary") == false)
    }
}
