import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// Files that are not what they should be.
@Suite struct DiskRubbishTests {
    private let folder = TemporaryFolder()

    /// A store with one small answer, the answer's file, and what is in it.
    private func oneAnswer() async throws -> (DiskCacheStore, URL, Data) {
        let store = try DiskCacheStore(directory: folder.url)
        try await store.put(.example(body: Data("body".utf8)))
        let file = folder.url.appending(path: try #require(folder.files().first))
        return (store, file, try Data(contentsOf: file))
    }

    @Test func aFileWithAnyByteChangedIsAMissAndGoes() async throws {
        let (store, file, good) = try await oneAnswer()
        for position in good.indices {
            var bad = good
            bad[position] ^= 1 << UInt8(position % 8)
            try bad.write(to: file)
            #expect(try await store.entries(for: .example()).isEmpty, "byte \(position)")
            #expect(!FileManager.default.fileExists(atPath: file.path), "byte \(position)")
        }
        #expect(store.counts.corrupted == good.count)
        try good.write(to: file)
        #expect(try await store.entries(for: .example()).count == 1)
    }

    @Test func aFileOfAnyOtherLengthIsAMissAndGoes() async throws {
        let (store, file, good) = try await oneAnswer()
        for length in 0..<good.count + 20 where length != good.count {
            try (good + Data(count: 20)).prefix(length).write(to: file)
            #expect(try await store.entries(for: .example()).isEmpty, "\(length) bytes")
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
        #expect(store.counts.corrupted == good.count + 19)
    }

    @Test func anAnswerUnderAnotherNameIsAMiss() async throws {
        let (store, file, good) = try await oneAnswer()
        try await store.put(.example(.example("other")))
        for name in folder.files() { try good.write(to: folder.url.appending(path: name)) }
        #expect(try await store.entries(for: .example("other")).isEmpty)
        #expect(try await store.entries(for: .example()).count == 1)
        #expect(FileManager.default.fileExists(atPath: file.path))
    }

    @Test func linksFoldersAndOtherPeoplesFilesAreNoAnswers() async throws {
        let (store, file, good) = try await oneAnswer()
        let elsewhere = folder.url.appending(path: "elsewhere")
        try good.write(to: elsewhere)
        try FileManager.default.removeItem(at: file)
        try FileManager.default.createSymbolicLink(at: file, withDestinationURL: elsewhere)
        #expect(try await store.entries(for: .example()).isEmpty)
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
        #expect(try await store.entries(for: .example()).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: file.path))
        // In the way of a whole folder.
        let parent = file.deletingLastPathComponent()
        try FileManager.default.removeItem(at: parent)
        try Data().write(to: parent)
        try await store.put(.example())
        #expect(try await store.entries(for: .example()).isEmpty)
        #expect(store.counts.failures >= 2)
        // What bears no name of the store's is not its own.
        #expect(try Data(contentsOf: elsewhere) == good)
        try FileManager.default.removeItem(at: parent)
        try await store.put(.example())
        #expect(try await store.entries(for: .example()).count == 1)
    }

    @Test func whatDeadWritersHaveLeftIsSweptAway() async throws {
        let (_, file, good) = try await oneAnswer()
        let left = folder.url.appending(path: "temporary/2147483646-1")
        let mine = folder.url.appending(path: "temporary/\(ProcessInfo.processInfo.processIdentifier)-2")
        for place in [left, mine] { try good.prefix(10).write(to: place) }
        let store = try DiskCacheStore(directory: folder.url)
        // After the first look, which the opening began.
        #expect(try await store.usage().entries == 1)
        #expect(!FileManager.default.fileExists(atPath: left.path))
        #expect(FileManager.default.fileExists(atPath: mine.path))
        #expect(FileManager.default.fileExists(atPath: file.path))
    }

    @Test func aKeyThatIsNotWholeIsMadeAnew() async throws {
        let (store, _, _) = try await oneAnswer()
        let key = folder.url.appending(path: "key")
        for bad in [Data(), try Data(contentsOf: key).dropLast(), Data(count: 24), Data(count: 5000)] {
            try bad.write(to: key)
            let other = try? DiskCacheStore(directory: folder.url)
            #expect(other?.scopeKey != nil && other?.scopeKey != store.scopeKey, "\(bad.count) bytes")
        }
    }

    @Test func bytesThatAreNoAnswerAreAnErrorOfTheCoderAndNoTrap() throws {
        let coder = CacheEntryCoder()
        let good = coder.encode(.example(language: "de", body: Data([1]), endpoint: "e", tags: ["t"]))
        #expect(try coder.decode(good).body == Data([1]))
        for length in good.indices {
            #expect(throws: ResilientError.self) { try coder.decode(good.prefix(length)) }
        }
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var bad = good
            for _ in 0...(random.next() % 3) {
                bad[Int(random.next() % UInt64(bad.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            // Another answer, or an error.
            _ = try? coder.decode(bad)
        }
    }
}
