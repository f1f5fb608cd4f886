import Foundation
import ResilientHTTPTesting
import Testing

@testable import CacheCrashWriter
@testable import ResilientHTTP

/// Writers that are killed, alone and two at once: what they leave must be readable and bounded each time.
@Suite(.oneAtATime) struct DiskCrashTests {
    private struct Seen {
        var kills = 0
        /// Kills between what a writer said before and after a write.
        var inWrite = 0
        /// Files that were made and not yet renamed.
        var unfinished = 0
        var survivors = 0
    }

    private static let maxBytes = 1 << 20

    @Test(.timeLimit(.minutes(10))) func whateverKilledWritersLeaveIsReadableAndBounded() async throws {
        // Two folders side by side, because most of the time goes into starting processes.
        async let alone = rounds(100, writers: 1)
        async let both = rounds(50, writers: 2)
        let (first, second) = try await (alone, both)
        #expect(first.kills == 100 && second.kills == 100)
        #expect(first.inWrite >= 25 && second.inWrite >= 25, "\(first) \(second)")
        #expect(first.unfinished + second.unfinished > 0)
        #expect(first.survivors == 100 && second.survivors == 100, "\(first) \(second)")
    }

    @concurrent
    private func rounds(_ count: Int, writers: Int) async throws -> Seen {
        let folder = TemporaryFolder()
        let reports = TemporaryFolder()
        try FileManager.default.createDirectory(at: reports.url, withIntermediateDirectories: true)
        var random = SystemRandomNumberGenerator()
        var seen = Seen()
        for round in 0..<count {
            let running = try (0..<writers).map {
                try CrashingWriter($0, folder: folder.url, maxBytes: Self.maxBytes, reports: reports.url)
            }
            // One that never writes is found by the time limit.
            for writer in running { while !writer.hasWritten { try await Task.sleep(for: .milliseconds(1)) } }
            for writer in running.shuffled(using: &random) {
                try await Task.sleep(for: .microseconds(Int.random(in: 0..<15_000, using: &random)))
                writer.kill()
            }
            seen.kills += writers
            try await check(folder, running, round, &seen)
        }
        return seen
    }

    private func check(_ folder: TemporaryFolder, _ writers: [CrashingWriter], _ round: Int, _ seen: inout Seen)
        async throws
    {
        #expect(folder.bytes() <= Self.maxBytes, "round \(round)")
        seen.unfinished += folder.files().count { $0.hasPrefix("temporary/") }
        let store = try DiskCacheStore(directory: folder.url, maxBytes: Self.maxBytes)
        for writer in writers {
            let (last, isInWrite) = writer.end()
            if isInWrite { seen.inWrite += 1 }
            for number in 0..<40 {
                let key = CacheEntry.writtenKey(number, by: writer.number, key: store.scopeKey)
                let found = try await store.entries(for: key)
                #expect(found.count <= 1 && found.allSatisfy { $0.writtenNumber != nil }, "round \(round)")
                // What was written last is what was used last, and the last to go.
                guard let last, last % 40 == number else { continue }
                let survivor = found.first?.writtenNumber
                #expect(survivor.map { $0 >= last } ?? false, "round \(round): \(last), found \(survivor as Any)")
                seen.survivors += 1
            }
        }
        #expect(try await store.usage().bytes <= Self.maxBytes)
        #expect(store.counts.corrupted == 0 && store.counts.failures == 0, "round \(round): \(store.counts)")
        // Nobody is writing now, so the opening has swept all of this away.
        #expect(!folder.files().contains { $0.hasPrefix("temporary/") }, "round \(round)")
    }
}
