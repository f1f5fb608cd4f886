import Foundation
import ResilientHTTP
import Testing

@Suite("RequestBody")
struct RequestBodyTests {
    private func chunks(_ texts: String...) -> RequestBody.Chunks {
        AsyncThrowingStream<Data, any Error> { continuation in
            for text in texts { continuation.yield(Data(text.utf8)) }
            continuation.finish()
        }
    }

    @Test("Bytes, text, forms and JSON are replayable and know their length and type")
    func inMemory() async throws {
        let form = RequestBody.form([URLQueryItem(name: "a b", value: "1&2"), URLQueryItem(name: "a b", value: "+")])
        #expect(try await form.collect() == Data("a%20b=1%262&a%20b=%2B".utf8))
        #expect(form.contentType == "application/x-www-form-urlencoded")
        let json = try RequestBody.json(["b": "/", "a": "é"])
        #expect(try await json.collect() == Data(#"{"a":"é","b":"/"}"#.utf8))
        #expect(json.length == 18)
        for body in [form, json, .text("x"), .bytes(Data()), .empty] { #expect(body.isReplayable) }
        #expect(RequestBody.empty.isEmpty && !RequestBody.bytes(Data()).isEmpty)
        #expect(RequestBody.empty.length == 0)
    }

    @Test("A stream made by a factory is made anew at each reading")
    func factory() async throws {
        let body = RequestBody.stream(length: 2) { chunks("a", "b") }
        #expect(body.isReplayable && body.length == 2)
        for _ in 0..<2 { #expect(try await body.collect() == Data("ab".utf8)) }
    }

    @Test("A stream that can be read once is refused the second time, copies included")
    func once() async throws {
        let body = RequestBody.once(chunks("a"))
        let copy = body
        #expect(!body.isReplayable)
        #expect(try await body.collect() == Data("a".utf8))
        #expect(await resilientError { try await copy.collect() }?.code == .bodyNotReplayable)
    }

    @Test("Beyond the limit nothing is returned")
    func limit() async throws {
        for body in [RequestBody.text("abc"), .stream { chunks("ab", "c") }, .once(chunks("abc"))] {
            #expect(await resilientError { try await body.collect(limit: 2) }?.code == .invalidRequest)
        }
        #expect(try await RequestBody.text("abc").collect(limit: 3).count == 3)
    }

    @Test("A file that is missing, a folder, or no file at all is an invalid request")
    func files() async throws {
        let temporary = FileManager.default.temporaryDirectory
        let missing = temporary.appendingPathComponent("missing-\(UUID().uuidString)")
        let remote = try #require(URL(string: "http://127.0.0.1:1/"))
        for url in [missing, temporary, remote] {
            let error = await resilientError { try await RequestBody.file(url).collect() }
            #expect(error?.code == .invalidRequest, "\(url)")
        }
        try Data("content".utf8).write(to: missing)
        defer { try? FileManager.default.removeItem(at: missing) }
        #expect(try await RequestBody.file(missing).collect() == Data("content".utf8))
        #expect(RequestBody.file(missing).isReplayable)
    }

    @Test("JSON that cannot be encoded says where, and shows no value")
    func notJSON() throws {
        struct Account: Encodable {
            var password = "canary-password"
            var limits = [1.0, .infinity]
        }
        struct Stubborn: Encodable {
            func encode(to encoder: any Encoder) throws {
                throw EncodingError.invalidValue(Account(), .init(codingPath: [], debugDescription: "no\nway"))
            }
        }
        let error = try #require(throws: ResilientError.self) { _ = try RequestBody.json(["account": Account()]) }
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains("account.limits[1]"), "\(error)")
        let stubborn = try #require(throws: ResilientError.self) { _ = try RequestBody.json(Stubborn()) }
        #expect(!"\(stubborn)\(String(reflecting: stubborn))\(stubborn.localizedDescription)".contains("canary"))
        #expect(!"\(stubborn)".contains("\n"))
    }

    @Test("Printed, a body shows its kind and size, not its content")
    func printing() {
        for body in [RequestBody.text("canary"), .form([URLQueryItem(name: "canary", value: nil)])] {
            #expect(!"\(body)".contains("canary") && !String(reflecting: body).contains("canary"))
        }
        #expect("\(RequestBody.text("abc"))" == "3 bytes of text/plain; charset=utf-8")
        #expect("\(RequestBody.empty)" == "no body")
    }
}
