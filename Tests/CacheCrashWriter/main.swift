import Foundation
import ResilientHTTP

// Usage: CacheCrashWriter write FOLDER MAX_BYTES WRITER REPORT   writes until it is killed
//        CacheCrashWriter key FOLDER                             prints the folder's key
//        CacheCrashWriter full FOLDER                            writes where no file may be longer than 4 KiB
//        CacheCrashWriter refused FOLDER                         writes as a user who may not
let arguments = Array(CommandLine.arguments.dropFirst())
let folder = URL(filePath: arguments.count > 1 ? arguments[1] : "/nowhere")

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(1)
}

/// Writes 20 answers, of which every fifth is large, and looks all of them up; prints what was found and counted.
func writeAndCount() async throws {
    let store = try DiskCacheStore(directory: folder, maxBytes: 16 << 20)
    var found = 0
    for number in 0..<20 {
        let entry = CacheEntry.written(number, by: 0, key: store.scopeKey)
        try await store.put(entry)
        found += try await store.entries(for: entry.key).count
    }
    let counts = store.counts
    print("found \(found) failures \(counts.failures) corrupted \(counts.corrupted)")
}

do {
    switch arguments.first {
    case "write":
        guard arguments.count == 5, let maxBytes = Int(arguments[2]), let writer = Int(arguments[3]),
            let report = Report(arguments[4])
        else { fail("missing arguments") }
        let store = try DiskCacheStore(directory: folder, maxBytes: maxBytes)
        // A test that has died cannot end it.
        let parent = getppid()
        for number in 0... {
            guard getppid() == parent else { break }
            let entry = CacheEntry.written(number, by: writer, key: store.scopeKey)
            report.say("begin \(number)")
            try await store.put(entry)
            report.say("end \(number)")
        }
    case "key":
        let key = try DiskCacheStore(directory: folder).scopeKey
        print(key.map { "\($0.high) \($0.low)" } ?? "none")
    case "full":
        // As on a full disk, a part of a file can be written and then no more.
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
        #if canImport(Darwin)
        setrlimit(RLIMIT_FSIZE, &limit)
        #else
        setrlimit(.init(RLIMIT_FSIZE.rawValue), &limit)
        #endif
        try await writeAndCount()
    case "refused":
        if getuid() == 0 { setuid(65_534) }
        try await writeAndCount()
    default:
        fail("unknown mode")
    }
} catch {
    fail("\(error)")
}
