import Foundation
import Testing

@testable import ResilientHTTP

@Suite struct RequestRulesTests {
    private func rules(_ lines: String..., mode: CacheMode = .default) -> RequestRules {
        var headers = HeaderFields()
        for line in lines { for field in HeaderFields(lines: line) { headers.append(field) } }
        return RequestRules(ClientRequest(url: .example(), headers: headers), mode: mode)
    }

    /// An entry that is ten seconds old at second 20.
    private func entry(lifetime: Int, _ change: (inout CacheEntry.Terms) -> Void = { _ in }) -> CacheEntry {
        var terms = CacheEntry.Terms()
        change(&terms)
        return CacheEntry(
            key: CacheKey(scope: CredentialScope(request: ClientRequest(url: .example()), tenant: nil), url: "u"),
            status: 200,
            headers: [:],
            body: Data(),
            receivedAt: MonotonicTime(nanoseconds: 12_000_000_000),
            initialAge: .seconds(2),
            lifetime: .seconds(lifetime),
            discardAt: .distantFuture,
            terms: terms
        )
    }

    private let now = MonotonicTime(nanoseconds: 20_000_000_000)

    @Test(arguments: [
        ("X: y", 11, RequestRules.Use.serveFresh), ("X: y", 10, .ask), ("X: y", 9, .ask),
        ("Cache-Control: no-cache", 11, .ask), ("Cache-Control: max-age=10", 11, .serveFresh),
        ("Cache-Control: max-age=9", 11, .ask), ("Cache-Control: max-age=0", 11, .ask),
        ("Cache-Control: max-age=-5", 11, .ask), ("Cache-Control: min-fresh=1", 11, .serveFresh),
        ("Cache-Control: min-fresh=2", 11, .ask), ("Cache-Control: min-fresh=x", 11, .ask),
        ("Cache-Control: max-stale", 1, .serveStale), ("Cache-Control: max-stale=1", 9, .serveStale),
        ("Cache-Control: max-stale=1", 8, .ask), ("Cache-Control: max-stale=x", 9, .ask),
        ("Cache-Control: max-stale, max-age=5", 1, .ask), ("Pragma: no-cache", 11, .ask),
        ("Pragma: x", 11, .serveFresh),
        ("Cache-Control: nothing-to-see-here", 11, .serveFresh),
    ])
    func directivesOfTheRequestAreObeyed(line: String, lifetime: Int, use: RequestRules.Use) {
        #expect(rules(line).use(of: entry(lifetime: lifetime), at: now) == use)
    }

    @Test func pragmaCountsOnlyWithoutCacheControl() {
        #expect(!rules("Pragma: no-cache", "Cache-Control: x").asksAlways)
        #expect(rules("pragma: foo, No-Cache").asksAlways)
    }

    @Test func termsOfTheAnswerAreStrongerThanWishes() {
        func use(_ lifetime: Int, _ mode: CacheMode, _ change: (inout CacheEntry.Terms) -> Void) -> RequestRules.Use {
            rules("Cache-Control: max-stale", mode: mode).use(of: entry(lifetime: lifetime, change), at: now)
        }
        for mode in [CacheMode.default, .forceCache, .onlyIfCached] {
            #expect(use(11, mode) { $0.needsValidation = true } == .ask)
            #expect(use(9, mode) { $0.forbidsStale = true } == .ask)
            #expect(use(11, mode) { $0.forbidsStale = true } == .serveFresh)
            #expect(use(9, mode) { _ in } == .serveStale)
        }
    }

    @Test func modesAskOrServe() {
        let (fresh, old) = (entry(lifetime: 11), entry(lifetime: 9))
        #expect(rules(mode: .reload).use(of: fresh, at: now) == .ask)
        #expect(rules(mode: .revalidate).use(of: fresh, at: now) == .ask)
        #expect(rules(mode: .forceCache).use(of: old, at: now) == .serveStale)
        #expect(rules(mode: .forceCache).use(of: fresh, at: now) == .serveFresh)
        #expect(rules(mode: .onlyIfCached).use(of: fresh, at: now) == .serveFresh)
        #expect(rules(mode: .onlyIfCached).use(of: old, at: now) == .ask)
        // RFC 8246: not even then, as long as it is fresh.
        #expect(rules(mode: .revalidate).use(of: entry(lifetime: 11) { $0.isImmutable = true }, at: now) == .serveFresh)
        #expect(rules(mode: .revalidate).use(of: entry(lifetime: 9) { $0.isImmutable = true }, at: now) == .ask)
    }

    @Test func staleWhileRevalidateHasItsWindow() {
        func use(_ lifetime: Int, _ line: String = "X: y", mode: CacheMode = .default) -> RequestRules.Use {
            let entry = entry(lifetime: lifetime) { $0.staleWhileRevalidate = .seconds(2) }
            return rules(line, mode: mode).use(of: entry, at: now)
        }
        #expect(use(11) == .serveFresh)
        #expect(use(10) == .serveAndRevalidate)
        #expect(use(9) == .serveAndRevalidate)
        #expect(use(8) == .ask)
        #expect(use(9, "Cache-Control: max-age=100") == .ask)
        #expect(use(9, "Cache-Control: min-fresh=0") == .ask)
        #expect(use(9, mode: .onlyIfCached) == .serveStale)
    }

    @Test func aFailureIsStoodInForWithinTheWindowAndNotAgainstTheRequest() {
        let old = entry(lifetime: 9) { $0.staleIfError = .seconds(2) }
        #expect(rules().mayReplaceFailure(old, at: now))
        #expect(!rules().mayReplaceFailure(entry(lifetime: 8) { $0.staleIfError = .seconds(2) }, at: now))
        #expect(rules("Cache-Control: stale-if-error=5").mayReplaceFailure(entry(lifetime: 8), at: now))
        #expect(!rules("Cache-Control: no-cache").mayReplaceFailure(old, at: now))
        #expect(!rules("Cache-Control: max-age=100").mayReplaceFailure(old, at: now))
        #expect(!rules(mode: .revalidate).mayReplaceFailure(old, at: now))
        let strict = entry(lifetime: 9) { ($0.staleIfError, $0.forbidsStale) = (.seconds(2), true) }
        #expect(!rules("Cache-Control: stale-if-error=5").mayReplaceFailure(strict, at: now))
    }

    @Test func conditionsAndPartsAreSeen() {
        #expect(rules("If-None-Match: x").isConditional && rules("If-Modified-Since: x").isConditional)
        #expect(rules("If-Match: x").isForServer && rules("If-Range: x").isForServer)
        #expect(rules("If-Unmodified-Since: x").isForServer && !rules("If-None-Match: x").isForServer)
        #expect(rules("Range: bytes=0-1").range == "bytes=0-1")
        #expect(rules("Range-Unit: x", "Cookie: a", "Priority: u=1", "Idempotency-Key: 1") == rules())
    }

    @Test func whatTheModeAsksForIsSentUnlessTheCallerSaysOtherwise() {
        let additions: [CacheMode: String] = [.reload: "no-cache", .revalidate: "max-age=0", .noStore: "no-store"]
        for mode in CacheMode.allCases {
            #expect(rules(mode: mode).addition == additions[mode])
            #expect(rules("Cache-Control: x", mode: mode).addition == nil)
        }
        #expect(rules(mode: .noStore).isNoStore && rules("Cache-Control: no-store").isNoStore)
    }

    @Test(arguments: [
        (200, "X: y", ["http://a.test/x?q"]), (302, "Location: /b", ["http://a.test/x?q", "http://a.test/b"]),
        (201, "Location: b#f", ["http://a.test/x?q", "http://a.test/b"]),
        (204, "Content-Location: http://A.test:80/c", ["http://a.test/x?q", "http://A.test:80/c", "http://a.test/c"]),
        (200, "Location: http://b.test/x", ["http://a.test/x?q"]),
        (200, "Location: https://a.test/x", ["http://a.test/x?q"]),
        (200, "Location: ", ["http://a.test/x?q"]), (200, "Location: ?q", ["http://a.test/x?q"]),
        (200, "Location: http://[", ["http://a.test/x?q"]), (400, "Location: /b", []), (500, "X: y", []),
    ])
    func anUnsafeRequestChangesItsTargetAndWhatTheAnswerNames(status: Int, line: String, urls: [String]) throws {
        let url = try #require(URL(string: "http://a.test/x?q#f"))
        let response = ClientResponse(status: .init(status), headers: HeaderFields(lines: line))
        #expect(ChangedURLs.of(ClientRequest(method: .post, url: url), response) == urls)
    }
}
