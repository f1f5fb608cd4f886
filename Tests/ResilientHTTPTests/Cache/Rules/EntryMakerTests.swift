import Foundation
import Testing

@testable import ResilientHTTP

@Suite struct EntryMakerTests {
    /// 1994-11-06T08:49:37Z.
    private let now: Int64 = 784_111_777
    private let modified = "Last-Modified: Sun, 06 Nov 1994 08:32:57 GMT"

    private func keep(
        _ status: Int = 200,
        _ lines: String...,
        own: OwnTime = .none,
        request lines2: [String] = [],
        body: String = "body",
        configuration: CacheConfiguration = CacheConfiguration()
    ) -> CacheEntry? {
        var headers = HeaderFields()
        for line in lines { for field in HeaderFields(lines: line) { headers.append(field) } }
        var asked = HeaderFields()
        for line in lines2 { for field in HeaderFields(lines: line) { asked.append(field) } }
        let request = ClientRequest(url: .example(), headers: asked)
        let question = CacheQuestion(
            key: CacheKey(scope: CredentialScope(request: request, tenant: nil), url: "u"),
            rules: RequestRules(request),
            own: own,
            isHead: false,
            looksUp: true
        )
        return EntryMaker(configuration).entry(
            of: Arrival(
                question: question,
                request: request,
                status: .init(status),
                headers: headers,
                newest: headers,
                body: Data(body.utf8),
                receivedAt: MonotonicTime(nanoseconds: 5),
                received: now,
                delay: .seconds(1),
                endpoint: "e",
                tags: ["t"]
            )
        )
    }

    @Test(arguments: [200, 203, 204, 299, 300, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 503, 599])
    func everyFinalStatusIsKeptThatTheServerCallsFresh(status: Int) {
        let entry = keep(status, "Cache-Control: max-age=60")
        #expect(entry?.lifetime == .seconds(60))
        #expect(entry?.initialAge == .seconds(1))
        #expect(entry?.status.code == status)
        #expect(entry?.endpoint == "e" && entry?.tags == ["t"])
    }

    @Test(arguments: [100, 103, 199, 304])
    func whatIsNoAnswerIsNot(status: Int) {
        #expect(keep(status, "Cache-Control: max-age=60") == nil)
    }

    @Test(arguments: [
        (200, true), (203, true), (204, true), (300, true), (301, true), (308, true), (404, true), (405, true),
        (410, true),
        (414, true), (501, true), (201, false), (202, false), (302, false), (307, false), (403, false), (500, false),
        (502, false), (503, false), (504, false), (599, false),
    ])
    func theTimeSinceTheLastChangeSpeaksForSomeStatusesOnly(status: Int, isKept: Bool) {
        let entry = keep(status, modified)
        #expect((entry != nil) == isKept)
        if isKept {
            #expect(entry?.lifetime == .seconds(100))
            #expect(entry?.terms.isHeuristic == true)
        }
        #expect(keep(status, modified, "Cache-Control: public")?.lifetime == .seconds(100))
    }

    @Test(arguments: [
        "Cache-Control: no-store", "Cache-Control: max-age=60, no-store", "Cache-Control: No-Store, public", "Vary: *",
        "X: nothing is said", "Cache-Control: no-cache", "Cache-Control: private",
    ])
    func whatMustNotBeKeptOrIsOfNoUseIsNot(line: String) {
        #expect(keep(200, line) == nil)
    }

    @Test func mustUnderstandGoesBeforeNoStoreWhereTheStatusIsKnown() {
        #expect(keep(200, "Cache-Control: max-age=60, no-store, must-understand") != nil)
        #expect(keep(599, "Cache-Control: max-age=60, no-store, must-understand") == nil)
        #expect(keep(599, "Cache-Control: max-age=60, must-understand") == nil)
    }

    @Test func aCookieIsKeptOnTheServersExplicitWordOnly() {
        #expect(keep(200, "Set-Cookie: a=b", "Cache-Control: max-age=60")?.headers[.setCookie] == "a=b")
        #expect(keep(200, "Set-Cookie: a=b", modified) == nil)
        #expect(keep(200, "Set-Cookie: a=b", "ETag: \"1\"") == nil)
        #expect(keep(200, "Set-Cookie: a=b", own: .instead(.seconds(5))) == nil)
        #expect(keep(200, "Set-Cookie: a=b", own: .unlessServerSays(.seconds(5))) == nil)
        let entry = keep(200, "Set-Cookie: a=b", "Cache-Control: max-age=60", own: .instead(.seconds(5)))
        #expect(entry?.lifetime == .seconds(60))
    }

    @Test func theProgramsTimeCountsWhereTheServerSaysNothing() {
        let own = OwnTime.unlessServerSays(.seconds(5))
        #expect(keep(200, own: own)?.lifetime == .seconds(5))
        #expect(keep(200, modified, own: own)?.lifetime == .seconds(5))
        #expect(keep(200, "Cache-Control: max-age=60", own: own)?.lifetime == .seconds(60))
        #expect(keep(200, "Cache-Control: max-age=x, public", own: own)?.lifetime == .zero)
        #expect(keep(200, "Expires: 0", own: own)?.lifetime == .zero)
        #expect(keep(200, "Cache-Control: no-store", own: own) == nil)
        #expect(keep(200, own: .unlessServerSays(.zero)) == nil)
        #expect(keep(200, "Vary: *", own: own) == nil)
        for status in [201, 404, 410, 500, 503] { #expect(keep(status, own: own) == nil) }
    }

    @Test func theProgramsTimeInTheServersPlaceBeginsWhenTheAnswerCame() {
        let own = OwnTime.instead(.seconds(5))
        let entry = keep(200, "Cache-Control: max-age=60, no-cache", "Age: 100", own: own)
        #expect(entry.map { $0.lifetime - $0.initialAge } == .seconds(5))
        #expect(entry?.terms.needsValidation == false)
        #expect(keep(200, "Cache-Control: no-store", own: own) == nil)
        var stubborn = CacheConfiguration()
        stubborn.respectsHeaders = false
        #expect(keep(200, "Cache-Control: no-store", own: own, configuration: stubborn) != nil)
        #expect(keep(200, "Cache-Control: no-store", configuration: stubborn) == nil)
        #expect(keep(200, own: .instead(.zero)) == nil)
        // A failure is by its headers alone.
        #expect(keep(404, "Cache-Control: max-age=60", own: own)?.lifetime == .seconds(60))
    }

    @Test func aPartIsKeptForThoseWhoAskForTheSame() {
        let fresh = "Cache-Control: max-age=60"
        let entry = keep(206, fresh, "Content-Range: bytes 0-1/9", "Vary: Foo", request: ["Range: bytes=0-1"])
        #expect(entry?.selectors.map(\.name.canonicalName) == ["foo", "range"])
        #expect(entry?.selectors.last?.value == "bytes=0-1")
        #expect(keep(206, fresh, "Content-Range: bytes 0-1/9") == nil)
        #expect(keep(206, modified, request: ["Range: bytes=0-1"]) == nil)
        #expect(keep(200, fresh, request: ["Range: bytes=0-1"])?.selectors == [])
    }

    @Test func termsSayWhatMayBeDoneWithAStaleAnswer() throws {
        var configuration = CacheConfiguration()
        configuration.staleWhileRevalidate = .seconds(3)
        configuration.staleIfError = .seconds(4)
        func terms(_ directives: String) -> CacheEntry.Terms? {
            keep(200, "Cache-Control: \(directives)", "ETag: \"a\"", configuration: configuration)?.terms
        }
        let plain = try #require(terms("max-age=1"))
        #expect(plain.staleWhileRevalidate == .seconds(3) && plain.staleIfError == .seconds(4))
        let said = try #require(terms("max-age=1, stale-while-revalidate=30, stale-if-error=40, immutable"))
        #expect(said.staleWhileRevalidate == .seconds(30) && said.staleIfError == .seconds(40) && said.isImmutable)
        for directive in ["must-revalidate", "no-cache"] {
            let strict = try #require(terms("max-age=1, stale-if-error=40, \(directive)"))
            #expect(strict.staleWhileRevalidate == .zero && strict.staleIfError == .zero)
            #expect(strict.forbidsStale == (directive == "must-revalidate"))
            #expect(strict.needsValidation == (directive == "no-cache"))
        }
    }

    @Test func anAnswerIsKeptAsLongAsItCanBeOfUse() {
        func kept(_ lines: String) -> Duration? {
            keep(200, lines).map { $0.discardAt - $0.receivedAt }
        }
        let day = Duration.seconds(86_400)
        // Of its lifetime a second has passed when it comes.
        #expect(kept("Cache-Control: max-age=60") == .seconds(59) + day)
        #expect(kept("Cache-Control: max-age=60, must-revalidate") == .seconds(59))
        #expect(kept("Cache-Control: max-age=60, stale-if-error=100000") == .seconds(100_059))
        #expect(kept("Cache-Control: max-age=0") == day)
        // Nothing overflows at the far end of time.
        #expect(kept("Cache-Control: max-age=99999999999999") ?? .zero > .seconds(2_000_000_000))
        #expect(keep(200, "Expires: Fri, 31 Dec 9999 23:59:59 GMT") != nil)
    }

    @Test func anAnswerTooLargeIsNotKept() {
        var configuration = CacheConfiguration()
        configuration.maxEntryBytes = 4
        #expect(keep(200, "Cache-Control: max-age=1", body: "1234", configuration: configuration) != nil)
        #expect(keep(200, "Cache-Control: max-age=1", body: "12345", configuration: configuration) == nil)
    }

    @Test func whatBelongsToTheConnectionIsNotKept() {
        let headers = HeaderFields(
            lines: "Connection: a, B",
            "A: 1",
            "b: 2",
            "C: 3",
            "Keep-Alive: x",
            "TE: x",
            "Transfer-Encoding: chunked",
            "Upgrade: x",
            "Proxy-Authenticate: x",
            "Proxy-Connection: x",
            "Proxy-Authorization: x",
            "Proxy-Authentication-Info: x",
            "Age: 7",
            "Set-Cookie: d=e"
        )
        #expect(StoredFields.stored(headers).map(\.name.rawName) == ["C", "Set-Cookie"])
    }

    @Test func a304ReplacesAllButWhatDescribesTheBody() {
        let kept = HeaderFields(
            lines: "A: 1",
            "Content-Length: 4",
            "Content-Encoding: gzip",
            "Content-Type: a/b",
            "C: 1"
        )
        let newer = HeaderFields(
            lines: "a: 2",
            "a: 3",
            "Content-Length: 9",
            "Content-Encoding: br",
            "Content-Range: x",
            "Content-Type: c/d",
            "Age: 5",
            "Connection: x",
            "X: 1"
        )
        let updated = StoredFields.updated(kept, by: newer)
        #expect(updated[values: .init(constant: "A")] == ["2", "3"])
        #expect(updated[.contentLength] == "4" && updated[.contentEncoding] == "gzip" && updated[.contentType] == "c/d")
        #expect(!updated.contains(.age) && !updated.contains(.contentRange) && !updated.contains(.connection))
        #expect(!updated.contains(.init(constant: "X")) && updated.contains(.init(constant: "C")))
    }
}
