import ExampleSupport
import Foundation
import Testing

@testable import CacheCrashWriter
@testable import ResilientHTTP

/// The store in processes of its own.
@Suite struct DiskProcessTests {
    private let folder = TemporaryFolder()

    private func run(_ mode: String) async throws -> ProgramRun {
        try await ProgramRun.run(built: "CacheCrashWriter", [mode, folder.url.path], limit: 30)
    }

    private func text(_ run: ProgramRun) -> String {
        String(decoding: run.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(.timeLimit(.minutes(1))) func processesThatBeginAtTheSameTimeHaveOneKey() async throws {
        let keys = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<6 { group.addTask { text(try await run("key")) } }
            return try await group.reduce(into: [String]()) { $0.append($1) }
        }
        let key = try #require(try DiskCacheStore(directory: folder.url).scopeKey)
        #expect(keys == Array(repeating: "\(key.high) \(key.low)", count: 6))
    }

    @Test(.timeLimit(.minutes(1))) func aFullDiskIsCountedAndNoError() async throws {
        let run = try await run("full")
        // Sixteen of twenty are small enough to be written.
        #expect(text(run) == "found 16 failures 4 corrupted 0")
        #expect(run.status == 0)
        #expect(folder.files().count == 16)
    }

    @Test(.timeLimit(.minutes(1))) func aFolderInWhichNothingMayBeChangedIsCountedAndNoError() async throws {
        let store = try DiskCacheStore(directory: folder.url)
        let kept = CacheEntry.written(3, by: 0, key: store.scopeKey)
        try await store.put(kept)
        // Readable and no more, for the owner and for the user that a root's test becomes.
        for path in ["", "temporary"] + folder.files().map({ String($0.prefix(2)) }) {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o555],
                ofItemAtPath: folder.url.appending(path: path).path
            )
        }
        for path in ["key", "lock"] + folder.files() {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o444],
                ofItemAtPath: folder.url.appending(path: path).path
            )
        }
        // Of root's test, which becomes another user, all of it must be that user's.
        let everything = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
        if geteuid() == 0 {
            for path in [""] + everything { #expect(chown(folder.url.path + "/" + path, 65_534, 65_534) == 0) }
        }
        let run = try await run("refused")
        if geteuid() == 0 { for path in [""] + everything { chown(folder.url.path + "/" + path, 0, 0) } }
        #expect(run.status == 0)
        // The one that was there could be read until its turn came to be replaced, which failed.
        let words = text(run).split(separator: " ").map(String.init)
        #expect(words.first == "found" && words[1] == "1", "\(text(run))")
        #expect(Int(words[3]).map { $0 >= 20 } ?? false, "\(text(run))")
        for path in [""] + ["temporary"] + folder.files().map({ String($0.prefix(2)) }) {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700],
                ofItemAtPath: folder.url.appending(path: path).path
            )
        }
        #expect(try await store.entries(for: kept.key).first?.writtenNumber == 3)
    }
}
