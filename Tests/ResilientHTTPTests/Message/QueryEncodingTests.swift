import Foundation
import ResilientHTTP
import Testing

@Suite("QueryEncoding")
struct QueryEncodingTests {
    @Test("Everything but unreserved characters is encoded, byte by byte")
    func characters() {
        #expect(QueryEncoding.encode("+&=# é日/?%") == "%2B%26%3D%23%20%C3%A9%E6%97%A5%2F%3F%25")
        #expect(QueryEncoding.encode("AZaz09-._~") == "AZaz09-._~")
        #expect(QueryEncoding.encode("\u{0}\r\n\u{7F}") == "%00%0D%0A%7F")
        #expect(QueryEncoding.encode("") == "")
    }

    @Test("Order and repeated names stay, a nil value has no equals sign")
    func items() {
        let items = [
            URLQueryItem(name: "b", value: "2"), URLQueryItem(name: "a", value: nil),
            URLQueryItem(name: "b", value: ""),
            URLQueryItem(name: "b", value: "1"),
        ]
        #expect(QueryEncoding.encode(items) == "b=2&a&b=&b=1")
    }

    @Test("What was encoded is decoded to the same text", arguments: ["a b+c", "👩‍👩‍👧", "%41", "=&=", "e\u{301}"])
    func roundTrip(_ text: String) {
        #expect(QueryEncoding.encode(text).removingPercentEncoding == text)
    }
}
