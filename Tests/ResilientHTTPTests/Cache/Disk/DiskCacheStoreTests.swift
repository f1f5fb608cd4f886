import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite struct DiskCacheStoreTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()

    private func open(maxBytes: Int = 16 << 20, maxEntryBytes: Int = 1 << 20) throws -> DiskCacheStore {
        try DiskCacheStore(
            directory: folder.url,
            maxBytes: maxBytes,
            maxEntryBytes: maxEntryBytes,
            runtime: .manual(clock)
        )
    }

    @Test func whatIsKeptIsFoundAfterARestartWithTheTimesOfTheNewClock() async throws {
        clock.advance(by: .seconds(100))
        var terms = CacheEntry.Terms()
        (terms.forbidsStale, terms.staleIfError) = (true, .seconds(7))
        let entry = CacheEntry(
            key: .example("a", tenant: "t", body: Data([1, 2])),
            selectors: [.init(name: .accept, value: "x"), .init(name: .cookie, value: nil)],
            status: 203,
            headers: [.eTag: "\"1\"", .setCookie: "a=b", .contentType: "text/plain"],
            body: Data("body".utf8),
            receivedAt: clock.now + .seconds(-10),
            initialAge: .seconds(3),
            lifetime: .seconds(60),
            discardAt: clock.now + .seconds(50),
            terms: terms,
            endpoint: "users",
            tags: ["a", "b"]
        )
        let before = try open()
        let date = ManualWallClock(following: clock).date
        try await before.put(entry)
        // Another process: its clock shows something else, and five seconds have passed.
        let other = ManualClock(startingAt: MonotonicTime(nanoseconds: 77))
        let wall = ManualWallClock(following: other, startingAt: date + 5)
        let after = try DiskCacheStore(directory: folder.url, runtime: ClientRuntime(clock: other, wallClock: wall))
        #expect(after.scopeKey == before.scopeKey)
        let found = try #require(try await after.entries(for: entry.key).first)
        #expect(found.key == entry.key && found.selectors == entry.selectors && found.status == 203)
        #expect(found.headers == entry.headers && found.body == entry.body && found.terms == terms)
        #expect(found.initialAge == .seconds(3) && found.lifetime == .seconds(60))
        #expect(found.endpoint == "users" && found.tags == ["a", "b"])
        let age = (other.now - found.receivedAt).decimalSeconds
        let left = (found.discardAt - other.now).decimalSeconds
        #expect(abs(age - 15) < 0.001 && abs(left - 45) < 0.001)
    }

    @Test func anAnswerReplacesTheOneOfItsKindAndTheNewestComesFirst() async throws {
        let store = try open()
        for (second, language) in ["de", "fr", "de", nil].enumerated() {
            let received = MonotonicTime.zero + .seconds(second)
            try await store.put(.example(language: language, body: Data([UInt8(second)]), receivedAt: received))
        }
        #expect(try await store.entries(for: .example()).map(\.body) == [Data([3]), Data([2]), Data([1])])
        #expect(store.counts.usage?.entries == 3)
        for number in 0..<40 { try await store.put(.example(language: "\(number)")) }
        #expect(try await store.entries(for: .example()).count == 16)
    }

    @Test func whatHasEndedIsNotFoundAndGoes() async throws {
        let store = try open()
        try await store.put(.example(receivedAt: clock.now, discardAt: clock.now + .seconds(10)))
        clock.advance(by: .seconds(9))
        #expect(try await store.entries(for: .example()).count == 1)
        clock.advance(by: .seconds(2))
        #expect(try await store.entries(for: .example()).isEmpty)
        #expect(store.counts.expirations == 1)
        #expect(folder.files().isEmpty)
    }

    @Test func theBoundHoldsAndWhatWasUnusedForLongestGoes() async throws {
        let store = try open(maxBytes: 1 << 20)
        for number in 0..<400 {
            clock.advance(by: .seconds(61))
            try await store.put(.example(.example("\(number)"), body: Data(count: 3000), receivedAt: clock.now))
            // Used again and again.
            #expect(try await store.entries(for: .example("0")).count == 1)
            if number % 20 == 0 { #expect(folder.bytes() <= 1 << 20) }
        }
        #expect(try await store.entries(for: .example("399")).count == 1)
        #expect(try await store.entries(for: .example("1")).isEmpty)
        #expect(store.counts.evictions > 150)
        let usage = try await store.usage()
        #expect(usage.bytes == folder.bytes() && usage.entries == folder.files().count)
        #expect(store.counts.usage == usage)
    }

    @Test func anAnswerThatIsTooLargeIsNotKeptNorTheOlderOne() async throws {
        let store = try open(maxBytes: 1 << 20, maxEntryBytes: 8192)
        try await store.put(.example())
        try await store.put(.example(body: Data(count: 9000)))
        #expect(try await store.entries(for: .example()).isEmpty)
        #expect(store.counts.dropped == 1)
    }

    @Test func everySelectionForgetsWhatItNamesAndNothingElse() async throws {
        let store = try open()
        let entries = CacheSelection.exampleEntries
        for (selection, count) in CacheSelection.examples {
            for entry in entries { try await store.put(entry) }
            #expect(try await store.remove(selection) == count, "\(selection.criterion)")
            #expect(folder.files().count == entries.count - count)
            try await store.remove(.all)
        }
        #expect(store.counts.usage == CacheUsage(entries: 0, bytes: 0))
    }

    @Test func filesAreForTheirOwnerAloneAndTheirNamesSayNothing() async throws {
        let store = try open()
        try await store.put(.example(.example("secret", tenant: "secret")))
        func mode(_ path: String) throws -> Int? {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.url.appending(path: path).path)
            return attributes[.posixPermissions] as? Int
        }
        #expect(try mode("") == 0o700 && mode("key") == 0o600)
        let file = try #require(folder.files().first)
        #expect(folder.files().count == 1 && file.utf8.count == 68)
        #expect(try mode(file) == 0o600 && mode(String(file.prefix(2))) == 0o700)
        // Another directory has another key.
        let other = TemporaryFolder()
        let elsewhere = try DiskCacheStore(directory: other.url)
        try await elsewhere.put(.example(.example("secret", tenant: "secret")))
        #expect(other.files() != folder.files())
        #expect(elsewhere.scopeKey != store.scopeKey)
    }

    @Test func boundsThatAreNoneAndPlacesThatCannotBeAreRefused() throws {
        let error = try? resilientErrorOf { try open(maxBytes: 100, maxEntryBytes: 0) }
        #expect(error?.problems.map(\.path) == ["max_bytes", "max_entry_bytes"])
        let file = folder.url.appending(path: "file")
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: file)
        #expect(try resilientErrorOf { try DiskCacheStore(directory: file) }?.code == .fileFailed)
        let remote = try #require(URL(string: "https://example.com/"))
        #expect(try resilientErrorOf { try DiskCacheStore(directory: remote) }?.problems.map(\.path) == ["directory"])
    }

    private func resilientErrorOf(_ operation: () throws -> DiskCacheStore) throws -> ResilientError? {
        do {
            _ = try operation()
            return nil
        } catch let error as ResilientError {
            return error
        }
    }
}
