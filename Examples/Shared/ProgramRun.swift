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
    /// - Parameter showsErrors: whether its standard error goes to this process's; otherwise it is dropped.
    package static func run(_ program: URL, _ arguments: [String], showsErrors: Bool = false) async throws -> ProgramRun
    {
        // A file and not a pipe: nobody has to read along.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("program-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        if !showsErrors { process.standardError = FileHandle.nullDevice }
        process.standardOutput = try FileHandle(forWritingTo: file)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return ProgramRun(
            status: process.terminationStatus,
            wasKilled: process.terminationReason == .uncaughtSignal,
            output: try Data(contentsOf: file)
        )
    }

    /// Runs one of this package's programs that SwiftPM has built beside the tests.
    package static func run(built name: String, _ arguments: [String]) async throws -> ProgramRun {
        try await run(location(of: name), arguments)
    }

    /// On Linux the test bundle is itself an executable in the products' directory; on Apple platforms it is a bundle
    /// there, and the executable that runs it is somewhere else.
    private static func location(of name: String) throws -> URL {
        let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
        let executable = CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }
        for neighbour in bundles + [executable, Bundle.main.executableURL].compactMap({ $0 }) {
            let program = neighbour.deletingLastPathComponent().appendingPathComponent(name)
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
