import ExampleSupport
import Foundation

/// A process that writes into a store until it is killed.
struct CrashingWriter {
    let number: Int
    private let process: Process
    private let report: URL

    init(_ number: Int, folder: URL, maxBytes: Int, reports: URL) throws {
        self.number = number
        report = reports.appending(path: "\(UUID().uuidString)")
        process = Process()
        process.executableURL = try ProgramRun.location(of: "CacheCrashWriter")
        process.arguments = ["write", folder.path, "\(maxBytes)", "\(number)", report.path]
        try process.run()
    }

    /// Whether it has written something.
    var hasWritten: Bool { end().last != nil }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The number of the last write that has ended, and whether another one had begun.
    func end() -> (last: Int?, isInWrite: Bool) {
        let lines = lines()
        let last = lines.last { $0.hasPrefix("end ") }.flatMap { Int($0.dropFirst(4)) }
        return (last, lines.last?.hasPrefix("begin ") ?? false)
    }

    private func lines() -> [Substring] {
        guard let data = try? Data(contentsOf: report) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }
}
