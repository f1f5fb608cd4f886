import Foundation
import ResilientHTTP
import Testing

@Suite("HeaderFields")
struct HeaderFieldsTests {
    @Test("Names are compared without regard to case and keep their spelling")
    func names() throws {
        let upper = try #require(HeaderFields.Name("X-TRACE-Id"))
        let lower = try #require(HeaderFields.Name("x-trace-id"))
        #expect(upper == lower)
        #expect(Set([upper, lower]).count == 1)
        #expect(upper.rawName == "X-TRACE-Id")
        #expect(upper.canonicalName == "x-trace-id")
    }

    @Test(
        "A name that is no token is refused",
        arguments: ["", " ", "a b", "a:", "a\r\n", "é", "a\u{0}", "\u{212A}", "(x)"]
    )
    func notAToken(_ text: String) {
        #expect(HeaderFields.Name(text) == nil)
    }

    @Test("Setting replaces every value of a name at the first one's place")
    func setting() {
        var headers: HeaderFields = [.accept: "a", .vary: "v", .accept: "b", .age: "1", .accept: "c"]
        headers[.accept] = "z"
        #expect(headers.map(\.value) == ["z", "v", "1"])
        headers[.accept] = nil
        #expect(headers.map(\.value) == ["v", "1"])
        headers[.cookie] = "new"
        #expect(headers.map(\.name) == [.vary, .age, .cookie])
    }

    @Test("Appending keeps the values of the same name, in order")
    func appending() {
        var headers = HeaderFields()
        headers.append("a=1", for: .setCookie)
        headers.append("b=2", for: .setCookie)
        #expect(headers[values: .setCookie] == ["a=1", "b=2"])
        #expect(headers[.setCookie] == "a=1")
        #expect(headers[values: .age] == [])
        #expect(!headers.contains(.age))
    }

    @Test("Merging replaces name by name and keeps repeated values of the newer list")
    func merging() throws {
        var headers: HeaderFields = [.accept: "old", .accept: "older", .age: "1"]
        let accept = try #require(HeaderFields.Name("ACCEPT"))
        headers.merge([accept: "new", .accept: "newer"])
        #expect(headers[values: .accept] == ["new", "newer"])
        #expect(headers[.age] == "1")
    }

    @Test("It is encoded as pairs, and decoded from pairs and from an object")
    func codable() throws {
        let headers: HeaderFields = [.accept: "a", .vary: "b", .accept: "c"]
        let pairs = try JSONEncoder().encode(headers)
        #expect(try JSONDecoder().decode(HeaderFields.self, from: pairs) == headers)
        let object = try JSONDecoder().decode(HeaderFields.self, from: Data(#"{"b":"2","a":"1"}"#.utf8))
        #expect(object.map(\.name.rawName) == ["a", "b"])
    }

    @Test(
        "A field that is none is refused without showing its value",
        arguments: [#"[["bad name","canary-value"]]"#, #"{"bad name":"canary-value"}"#, #"[["A","canary-value","x"]]"#]
    )
    func decodingErrors(_ json: String) throws {
        let error = try #require(throws: DecodingError.self) {
            try JSONDecoder().decode(HeaderFields.self, from: Data(json.utf8))
        }
        #expect(!"\(error)".contains("canary"), "\(error)")
    }

    @Test("Printed, sensitive values are redacted and control characters are shown as such")
    func printing() throws {
        let headers: HeaderFields = [.authorization: "canary", .accept: "a/b\r\nX: y"]
        for text in ["\(headers)", String(reflecting: headers), "\(ClientRequest(url: try url(), headers: headers))"] {
            #expect(!text.contains("canary"), "\(text)")
            #expect(text.contains("a/b"))
        }
        #expect(!"\(headers)".contains("\r"))
    }

    private func url() throws -> URL {
        try #require(URL(string: "https://h.example/"))
    }
}
