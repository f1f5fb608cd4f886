import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// Directories, files and links that somebody else has put where the store keeps its own.
@Suite struct DiskOwnershipTests {
    private let folder = TemporaryFolder()

    private func make(_ name: String, isFolder: Bool = false) throws -> URL {
        let url = folder.url.appending(path: name)
        let parent = isFolder ? url : url.deletingLastPathComponent()
        try FileManager.default.createDirectory(
            at: parent,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        if !isFolder { try Data("precious".utf8).write(to: url) }
        return url
    }

    private func refused(_ directory: URL, for reason: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: ResilientError.self, sourceLocation: sourceLocation) {
            try DiskCacheStore(directory: directory)
        }
        #expect(error?.code == .fileFailed, sourceLocation: sourceLocation)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
    }

    @Test func aDirectoryThatHoldsSomethingElseIsRefusedAndLeftAsItIs() throws {
        let precious = try make("temporary/1-1")
        refused(folder.url, for: "it is not empty")
        #expect(try Data(contentsOf: precious) == Data("precious".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["temporary"])
    }

    @Test func aDirectoryIsNoCacheForAMarkerThatIsALinkOrHasAnotherName() throws {
        let precious = try make("precious")
        let marker = folder.url.appending(path: "resilient-http-cache")
        try FileManager.default.createSymbolicLink(at: marker, withDestinationURL: precious)
        refused(folder.url, for: "it is not empty")
        try FileManager.default.removeItem(at: marker)
        try FileManager.default.linkItem(at: precious, to: marker)
        refused(folder.url, for: "it is not empty")
        try FileManager.default.removeItem(at: marker)
        try FileManager.default.createDirectory(at: marker, withIntermediateDirectories: true)
        refused(folder.url, for: "it is not empty")
    }

    @Test func aLinkIsNoDirectory() throws {
        let target = try make("target", isFolder: true)
        let link = folder.url.appending(path: "link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
        refused(link, for: "it is a link")
        refused(try make("file"), for: "cannot be used")
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path).isEmpty)
    }

    @Test(arguments: [0o777, 0o770, 0o722]) func aDirectoryThatOthersMayWriteToIsRefused(_ mode: Int) throws {
        let directory = try make("open", isFolder: true)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory.path)
        refused(directory, for: "other users may write to it")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a directory away"))
    func aDirectoryOfAnotherUserIsRefused() throws {
        let directory = try make("theirs", isFolder: true)
        #expect(chown(directory.path, 65_534, 65_534) == 0)
        refused(directory, for: "it belongs to another user")
    }

    /// A store with one response, and the file that it is in.
    private func oneResponse() async throws -> (store: DiskCacheStore, file: URL) {
        let store = try DiskCacheStore(directory: folder.url)
        try await store.put(.example(body: Data("body".utf8)))
        return (store, folder.url.appending(path: try #require(folder.files().first)))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func aFileOfAnotherUserIsNoResponse() async throws {
        let (store, file) = try await oneResponse()
        #expect(chown(file.path, 65_534, 65_534) == 0)
        #expect(try await store.entries(for: .example()).isEmpty)
        #expect(store.counts.corrupted == 1)
    }

    @Test func aFileThatOthersMayWriteToOrThatHasAnotherNameIsNoResponse() async throws {
        let (store, file) = try await oneResponse()
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file.path)
        #expect(try await store.entries(for: .example()).isEmpty)
        try await store.put(.example())
        try FileManager.default.linkItem(at: file, to: folder.url.appending(path: "second"))
        #expect(try await store.entries(for: .example()).isEmpty)
        #expect(store.counts.corrupted == 2)
    }

    @Test(arguments: ["temporary", "key", "lock"]) func aLinkInThePlaceOfItsOwnFilesIsNotFollowed(_ name: String)
        async throws
    {
        _ = try await oneResponse()
        let elsewhere = TemporaryFolder()
        try FileManager.default.createDirectory(
            at: elsewhere.url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let precious = elsewhere.url.appending(path: "2147483646-1")
        try Data("precious".utf8).write(to: precious)
        let place = folder.url.appending(path: name)
        try FileManager.default.removeItem(at: place)
        try FileManager.default.createSymbolicLink(
            at: place,
            withDestinationURL: name == "temporary" ? elsewhere.url : precious
        )
        let store = try? DiskCacheStore(directory: folder.url)
        _ = try await store?.usage()
        _ = try await store?.remove(.all)
        // The lock is asked for later, and what it would have guarded is not done.
        #expect((store == nil) == (name != "lock"))
        #expect(try Data(contentsOf: precious) == Data("precious".utf8))
    }

    @Test func aLinkInThePlaceOfAFolderOfResponsesIsNotFollowed() async throws {
        let (store, file) = try await oneResponse()
        let elsewhere = TemporaryFolder()
        let parent = file.deletingLastPathComponent()
        try FileManager.default.moveItem(at: parent, to: elsewhere.url)
        try FileManager.default.createSymbolicLink(at: parent, withDestinationURL: elsewhere.url)
        #expect(try await store.entries(for: .example()).isEmpty)
        try await store.put(.example())
        await #expect(throws: ResilientError.self) { try await store.remove(.all) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.url.path) == [file.lastPathComponent])
    }

    @Test func whatStandsUnderItsNamesAndHoldsSomethingIsNotDeleted() async throws {
        let (store, file) = try await oneResponse()
        try FileManager.default.removeItem(at: file)
        let precious = file.appending(path: "precious")
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
        try Data().write(to: precious)
        #expect(try await store.entries(for: .example()).isEmpty)
        try await store.put(.example())
        await #expect(throws: ResilientError.self) { try await store.remove(.all) }
        #expect(FileManager.default.fileExists(atPath: precious.path))
    }

    @Test func onlyWhatWritersMakeIsSweptAway() async throws {
        _ = try await oneResponse()
        let names = ["2147483646-1", "notes.txt", "1-1-1", "-1-1", "2147483646-x", "2147483645-2", "2147483646-3"]
        let places = names.map { folder.url.appending(path: "temporary/\($0)") }
        for place in places.prefix(5) { try Data("precious".utf8).write(to: place) }
        try FileManager.default.createDirectory(at: places[5], withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: places[6], withDestinationURL: places[1])
        let store = try DiskCacheStore(directory: folder.url)
        _ = try await store.usage()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/temporary")
        #expect(left.sorted() == names.dropFirst().sorted())
    }

    @Test func aDirectoryThatIsExchangedLaterIsNotFollowed() async throws {
        let (store, _) = try await oneResponse()
        let moved = TemporaryFolder()
        try FileManager.default.moveItem(at: folder.url, to: moved.url)
        let precious = try make("ab/precious")
        #expect(try await store.entries(for: .example()).count == 1)
        try await store.remove(.all)
        #expect(try await store.entries(for: .example()).isEmpty)
        #expect(FileManager.default.fileExists(atPath: precious.path))
    }

    @Test func severalThatOpenAnEmptyDirectoryAtOnceAgree() async throws {
        let url = folder.url
        let keys = try await withThrowingTaskGroup(of: CredentialScope.Key?.self) { group in
            for _ in 0..<16 { group.addTask { try DiskCacheStore(directory: url).scopeKey } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
    }
}
