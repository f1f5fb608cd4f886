import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// The real store and the reference model, side by side through random sequences.
@Suite(.oneAtATime) struct MemoryCacheModelTests {
    private static let sequences = 10_000

    private struct Seen {
        var evictions = 0
        var expirations = 0
        var refused = 0
        var cleared = 0
    }

    private struct Mismatch: Error {
        let seed: UInt64
        let step: Int
        let what: String
    }

    @Test func theStoreDoesWhatTheReferenceModelDoesInEverySequence() throws {
        var seen = Seen()
        for seed in Simulation.seeds(Self.sequences) { try compare(seed: seed, &seen) }
        guard !Simulation.isRerun else { return }
        #expect(seen.evictions >= Self.sequences)
        #expect(seen.expirations >= Self.sequences / 4)
        #expect(seen.refused >= Self.sequences / 10)
        #expect(seen.cleared >= Self.sequences)
    }

    private func compare(seed: UInt64, _ seen: inout Seen) throws {
        var random = SeededGenerator(seed: seed)
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        // Some of one key only, so that there are many answers by `Vary`.
        let keys = (0..<[1, 3, 12][below(3)]).map { Self.keys[$0] }
        let bounds = CacheConfiguration.bounds(
            entries: [1, 3, 8, 40][below(4)],
            bytes: [900, 3000, 12_000, 1 << 20][below(4)],
            entryBytes: [1500, 1 << 20][below(2)]
        )
        let clock = SettableClock()
        let store = try MemoryCacheStore(bounds, runtime: ClientRuntime(clock: clock))
        var model = ReferenceCache(bounds)
        var order: [ObjectIdentifier: Int] = [:]
        // Kept, or another one might get its identity.
        var all: [CacheEntry] = []
        var refused = 0
        func check(_ isTrue: Bool, _ step: Int, _ what: @autoclosure () -> String) throws {
            if !isTrue { throw Mismatch(seed: seed, step: step, what: what()) }
        }
        for step in 0..<40 {
            let now = clock.now
            switch below(16) {
            case 0...5:
                let key = keys[below(keys.count)]
                let (left, right) = (store.entries(for: key), model.entries(for: key, put: order, now: now))
                try check(left.elementsEqual(right, by: ===), step, "\(left.count) entries, expected \(right.count)")
            case 6...11:
                let entry = CacheEntry.example(
                    keys[below(keys.count)],
                    language: below(3) == 0 ? nil : Self.languages[below(Self.languages.count)],
                    body: Self.body(below(1600)),
                    receivedAt: now,
                    discardAt: below(5) == 0 ? .distantFuture : now + .seconds(below(8) - 1),
                    endpoint: below(2) == 0 ? "one" : nil,
                    tags: below(2) == 0 ? ["a"] : []
                )
                all.append(entry)
                order[ObjectIdentifier(entry)] = step
                let isKept = store.keep(entry)
                let isExpected = model.put(entry, size: entry.memorySize, put: order, now: now)
                try check(isKept == isExpected, step, "kept: \(isKept)")
                if !isKept { refused += 1 }
            case 12...13:
                clock.set(now + .seconds(below(4)))
            default:
                // What has ended may be gone or not; of what has not, as much as is expected.
                let key = keys[below(keys.count)]
                let selection = Self.selection(below(7), key)
                let removed = model.remove(selection, now: now).count
                try check(store.remove(selection) >= removed, step, "removed fewer than \(removed)")
                seen.cleared += removed
            }
            let usage = store.usage()
            try check(usage.entries <= bounds.maxEntries, step, "\(usage.entries) entries")
            try check(usage.bytes <= bounds.maxBytes, step, "\(usage.bytes) bytes")
            try check(usage.bytes >= model.bytes, step, "\(usage.bytes) bytes, at least \(model.bytes) expected")
            try check(store.counts.evictions == model.evictions, step, "evictions: \(store.counts.evictions)")
        }
        for key in keys {
            let (left, right) = (store.entries(for: key), model.entries(for: key, put: order, now: clock.now))
            try check(left.elementsEqual(right, by: ===), 40, "in the end \(left.count), expected \(right.count)")
        }
        store.remove(.all)
        try check(store.usage() == CacheUsage(entries: 0, bytes: 0), 41, "\(store.usage())")
        seen.evictions += model.evictions
        seen.expirations += store.counts.expirations
        seen.refused += refused
    }

    /// Four URLs, each for three tenants.
    private static let keys = (0..<12).map { CacheKey.example("\($0 % 4)", tenant: "\($0 / 4)") }
    private static let languages = (0..<20).map { "language-\($0)" }

    private static func body(_ size: Int) -> Data { Data(repeating: 7, count: size) }

    private static func selection(_ number: Int, _ key: CacheKey) -> CacheSelection {
        switch number {
        case 0: .key(key)
        case 1: .url(key.url)
        case 2: .prefix(String(key.url.dropLast()))
        case 3: .endpoint("one")
        case 4: .tag("a")
        case 5: .scope(key.scope)
        default: .all
        }
    }
}
