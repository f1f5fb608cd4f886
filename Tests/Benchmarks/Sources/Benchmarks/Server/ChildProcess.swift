import Foundation
import Synchronization

/// A program that runs until its standard input ends, which is when this process ends at the latest; it is asked, and
/// answers, line by line.
final class ChildProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let process = Mutex(Process())
    private let input = Pipe()
    private let output = Pipe()
    private let program: String

    /// Starts the program. What it writes to standard error is lost unless it is shown.
    init(_ program: String, _ arguments: [String], showsErrors: Bool = false) throws {
        self.program = URL(filePath: program).lastPathComponent
        let (input, output) = (input, output)
        try process.withLock { process in
            process.executableURL = URL(filePath: program)
            process.arguments = arguments
            process.standardInput = input
            process.standardOutput = output
            if !showsErrors { process.standardError = FileHandle.nullDevice }
            try process.run()
        }
    }

    /// Sends a line.
    func send(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// The next line of the answer, without its end.
    func line() throws -> String {
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Failure(description: "\(program) ended without an answer") }
            line += more
        }
        return String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// Ends its input and waits for it.
    func end() {
        try? input.fileHandleForWriting.close()
        process.withLock { $0.waitUntilExit() }
    }

    /// Where a program is: in the PATH, or in one of these directories; nil for nowhere.
    static func find(_ name: String, alsoIn directories: [String] = []) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map(String.init) ?? []
        return (path + directories).map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    }

    /// What a program writes until it ends, errors included. Throws when it fails.
    static func output(of program: String, _ arguments: [String]) throws -> String {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let reason = text.split(separator: "\n").last.map(String.init) ?? "status \(process.terminationStatus)"
            throw Failure(description: "\(URL(filePath: program).lastPathComponent) failed: \(reason)")
        }
        return text
    }
}
