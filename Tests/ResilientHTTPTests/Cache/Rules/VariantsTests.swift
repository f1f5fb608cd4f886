import Foundation
import Testing

@testable import ResilientHTTP

@Suite struct VariantsTests {
    private func request(_ headers: HeaderFields) -> ClientRequest {
        ClientRequest(url: .example(), headers: headers)
    }

    private func entry(_ selectors: [CacheEntry.Selector], _ body: String = "") -> CacheEntry {
        CacheEntry(
            key: CacheKey(scope: CredentialScope(request: request([:]), tenant: nil), url: "u"),
            selectors: selectors,
            status: 200,
            headers: [:],
            body: Data(body.utf8),
            receivedAt: .zero,
            lifetime: .seconds(1),
            discardAt: .distantFuture
        )
    }

    @Test(arguments: ["*", "*, *", ", *", "Foo, *", "*, Foo", "a b", "\"foo\"", "Foo, ü"])
    func whatNoOtherRequestCanBeKnownToFitIsNotKept(vary: String) {
        #expect(Variants.selectors(of: HeaderFields(lines: "Vary: \(vary)"), for: request([:])) == nil)
    }

    @Test func aStarOnASecondLineCounts() {
        #expect(Variants.selectors(of: HeaderFields(lines: "Vary: Foo", "Vary: *"), for: request([:])) == nil)
        #expect(Variants.selectors(of: HeaderFields(lines: "Vary: ", "Vary: , ,"), for: request([:])) == [])
    }

    @Test func theOrderAndCaseAndRepetitionOfNamesDoNotMatter() throws {
        let request = request(HeaderFields(lines: "Foo: 1", "Bar: 2"))
        let one = Variants.selectors(of: HeaderFields(lines: "Vary: Foo, bar, FOO"), for: request)
        let other = Variants.selectors(of: HeaderFields(lines: "Vary: Bar", "Vary: foo"), for: request)
        #expect(one == other)
        #expect(try #require(one).map(\.value) == ["2", "1"])
    }

    @Test func secretsAreNotWrittenIntoSelectors() {
        let request = request(HeaderFields(lines: "Authorization: Bearer x", "Cookie: a=b", "Accept: text/plain"))
        let headers = HeaderFields(lines: "Vary: Authorization, Cookie, Accept")
        #expect(Variants.selectors(of: headers, for: request)?.map(\.name) == [.accept])
    }

    @Test(arguments: [
        ("Foo: 1", "Foo: 1", true), ("Foo: 1", "Foo: 2", false), ("Foo: 1", "", false), ("", "Foo: 1", false),
        ("", "", true), ("Foo: ", "", false), ("Foo: ", "Foo: ", true), ("Foo: 1,2", "Foo:  1, 2 ", true),
        ("Foo: 1, 2", "Foo: 2, 1", false), ("Foo: \"a, b\"", "Foo: \"a,b\"", false), ("Foo: a", "Foo: A", false),
        ("Accept-Language: en, de", "Accept-Language: EN,De", true),
        ("Accept-Language: en, de", "Accept-Language: de, en", false),
    ])
    func requestsAreComparedWithoutWhatMakesNoDifference(stored: String, asked: String, fits: Bool) throws {
        let vary = HeaderFields(lines: "Vary: Foo, Accept-Language")
        let selectors = try #require(Variants.selectors(of: vary, for: request(HeaderFields(lines: stored))))
        #expect(Variants.fits(entry(selectors), request(HeaderFields(lines: asked))) == fits)
    }

    @Test func linesOfOneNameAreOneList() throws {
        let vary = HeaderFields(lines: "Vary: Foo")
        let selectors = try #require(Variants.selectors(of: vary, for: request(HeaderFields(lines: "Foo: 1, 2"))))
        #expect(Variants.fits(entry(selectors), request(HeaderFields(lines: "Foo: 1", "Foo: 2"))))
    }

    @Test func theNewestThatFitsIsChosenAndOneWithoutVaryOnlyWhenNoneVaries() {
        let one = CacheEntry.Selector(name: .accept, value: "one")
        let two = CacheEntry.Selector(name: .accept, value: "two")
        let plain = entry([], "plain")
        let entries = [entry([one], "new"), plain, entry([one], "old"), entry([two], "two")]
        func chosen(_ entries: [CacheEntry], _ accept: String) -> String? {
            Variants.choose(entries, for: request([.accept: accept])).map { String(decoding: $0.body, as: UTF8.self) }
        }
        #expect(chosen(entries, "one") == "new")
        #expect(chosen(entries, "two") == "two")
        #expect(chosen(entries, "three") == nil)
        #expect(chosen([plain], "three") == "plain")
        #expect(chosen([plain, entry([], "older")], "three") == "plain")
        #expect(chosen([], "three") == nil)
        // A part varies by what was asked for, which the server has not said.
        #expect(chosen([entry([.init(name: .range, value: "bytes=0-1")], "part"), plain], "three") == "plain")
    }
}
