package import Foundation

/// A program that ran to its end in a process of its own.
package struct ProgramRun {
    /// Its exit status, or the signal that ended it.
    package let status: Int32
    /// Whether a signal ended it.
    package let wasKilled: Bool
    /// What it wrote to standard output.
    package let output: Data

    /// Runs a program.
    ///
    /// - Parameters:
    ///   - input: what it reads from standard input.
    ///   - showsErrors: whether its standard error goes to this process's; otherwise it is dropped.
    ///   - limit: the seconds after which it is killed; nil for never.
    package static func run(
        _ program: URL,
        _ arguments: [String],
        input: Data = Data(),
        showsErrors: Bool = false,
        limit: Double? = nil
    ) async throws -> ProgramRun {
        // Files and not pipes: nobody has to feed and to read along.
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, file) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try input.write(to: inputFile)
        try Data().write(to: file)
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        if !showsErrors { process.standardError = FileHandle.nullDevice }
        process.standardOutput = try FileHandle(forWritingTo: file)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
                return
            }
            guard let limit else { return }
            let id = process.processIdentifier
            DispatchQueue.global().asyncAfter(deadline: .now() + limit) { if process.isRunning { kill(id, SIGKILL) } }
        }
        return ProgramRun(
            status: process.terminationStatus,
            wasKilled: process.terminationReason == .uncaughtSignal,
            output: try Data(contentsOf: file)
        )
    }

    /// Runs one of this package's programs that SwiftPM has built beside the tests.
    package static func run(
        built name: String,
        _ arguments: [String],
        input: Data = Data(),
        limit: Double? = nil
    ) async throws -> ProgramRun {
        try await run(location(of: name), arguments, input: input, limit: limit)
    }

    /// On Linux the test bundle is itself an executable in the products' directory; on Apple platforms it is a bundle
    /// there, and the executable that runs it is somewhere else.
    package static func location(of name: String) throws -> URL {
        let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
        let executable = CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }
        for neighbour in bundles + [executable, Bundle.main.executableURL].compactMap({ $0 }) {
            let program = neighbour.deletingLastPathComponent().appendingPathComponent(name)
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
