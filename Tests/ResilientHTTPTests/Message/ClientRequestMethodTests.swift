import Foundation
import ResilientHTTP
import Testing

@Suite("ClientRequest.Method")
struct ClientRequestMethodTests {
    @Test("Standard methods are put in upper case, others stay as they are")
    func spelling() {
        #expect(ClientRequest.Method("get") == .get)
        #expect(ClientRequest.Method("PaTcH") == .patch)
        #expect(ClientRequest.Method("purge").rawValue == "purge")
        #expect(ClientRequest.Method("Get ").rawValue == "Get ")
    }

    @Test("What only looks like a standard method is not made one", arguments: ["po\u{17F}t", "opt\u{131}ons"])
    func lookAlikes(_ name: String) {
        #expect(ClientRequest.Method(name).rawValue == name)
    }

    @Test("Safe and idempotent as in RFC 9110 §9.2")
    func properties() {
        let safe: [ClientRequest.Method] = [.get, .head, .options, .trace]
        #expect(safe.allSatisfy { $0.isSafe && $0.isIdempotent })
        #expect(!ClientRequest.Method.put.isSafe && ClientRequest.Method.put.isIdempotent)
        #expect(!ClientRequest.Method.delete.isSafe && ClientRequest.Method.delete.isIdempotent)
        for method in [ClientRequest.Method.post, .patch, .connect, .init("PURGE")] {
            #expect(!method.isSafe && !method.isIdempotent)
        }
    }

    @Test("A method is one string in JSON")
    func codable() throws {
        let data = try JSONEncoder().encode([ClientRequest.Method.get])
        #expect(String(decoding: data, as: UTF8.self) == #"["GET"]"#)
        #expect(try JSONDecoder().decode([ClientRequest.Method].self, from: Data(#"["post"]"#.utf8)) == [.post])
    }

    @Test("An Idempotency-Key makes any method repeatable")
    func repeatable() throws {
        let url = try #require(URL(string: "https://h.example/"))
        #expect(!ClientRequest(method: .post, url: url).isRepeatable)
        #expect(ClientRequest(method: .post, url: url, headers: [.idempotencyKey: "k"]).isRepeatable)
    }
}
