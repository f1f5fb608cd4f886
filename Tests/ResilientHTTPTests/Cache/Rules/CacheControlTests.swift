import Testing

@testable import ResilientHTTP

@Suite struct CacheControlTests {
    private func read(_ lines: String...) -> CacheControl {
        CacheControl(HeaderFields(lines.map { .init(name: .cacheControl, value: $0) }))
    }

    @Test func directivesAreFoundInAnyCaseAndOrderAndOverLines() {
        let control = read("No-StOrE, foo=bar, MAX-age=5", "private=\"set-cookie\", no-cache=\"a, b\"", "immutable")
        #expect(control.isNoStore && control.isPrivate && control.isNoCache && control.isImmutable)
        #expect(control.maxAge == .seconds(5))
        #expect(!control.isPublic && !control.mustRevalidate && control.minFresh == nil)
        #expect(CacheControl(HeaderFields()) == CacheControl())
    }

    @Test(arguments: [
        ("max-age=3600", 3600), ("max-age=003600", 3600), ("max-age=\"3600\"", 3600), ("max-age=0", 0),
        ("max-age=2147483647", 2_147_483_647), ("max-age=2147483648", 2_147_483_648),
        ("max-age=99999999999999999999999", 2_147_483_648),
        // What cannot be read makes the answer stale (RFC 9111 §4.2.1).
        ("max-age=-1", 0), ("max-age", 0), ("max-age=", 0), ("max-age='3600'", 0), ("max-age=3600.0", 0),
        ("max-age=a3600", 0), ("max-age=3600a", 0), ("max-age =3600", 0), ("max-age= 3600", 0),
        ("max-age=\"3600\"x", 0), ("max-age=\"3600", 0), ("max-age=٣", 0), ("max-age=+5", 0),
        // Of several, the first counts.
        ("max-age=1, max-age=1800", 1), ("max-age=1800, max-age=1", 1800), ("max-age=x, max-age=1800", 0),
        // Not a directive at all.
        ("extension=\"max-age=3600\", max-age=1", 1), ("max-age=1, extension=\"max-age=3600\"", 1),
        ("s-maxage=3600, max-age=1", 1),
    ])
    func maxAgeIsReadStrictly(line: String, seconds: Int64) {
        #expect(read(line).maxAge == .seconds(seconds))
    }

    @Test(arguments: [
        "", "s-maxage=5", "xmax-age=5", "max-agex=5", "\"max-age=5\"", "maxage=5", "extension=\"max-age=5\"",
    ])
    func whatIsNoMaxAgeSaysNothing(line: String) {
        #expect(read(line).maxAge == nil)
    }

    @Test func argumentsThatCannotBeReadAreTakenForTheStrictest() {
        #expect(read("min-fresh=x").minFresh == CacheControl.longest)
        #expect(read("max-stale").maxStale == CacheControl.longest)
        #expect(read("max-stale=x").maxStale == .zero)
        #expect(read("max-stale=").maxStale == .zero)
        #expect(read("max-stale=7").maxStale == .seconds(7))
        #expect(read("stale-while-revalidate=x, stale-if-error=-4").staleWhileRevalidate == .zero)
        #expect(read("stale-while-revalidate=x, stale-if-error=-4").staleIfError == .zero)
        #expect(read("no-store=x").isNoStore)
        #expect(read("no-store =1").isNoStore)
        #expect(read("foo=\"unclosed, no-store").isNoStore)
    }
}
