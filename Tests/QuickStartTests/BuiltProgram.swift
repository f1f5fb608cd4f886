import Foundation

@testable import QuickStart

/// The QuickStart that SwiftPM has built beside the tests.
struct BuiltProgram {
    let status: Int32
    let output: Data

    func report() throws -> Report {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Report.self, from: output)
    }

    static func run(_ arguments: [String]) async throws -> BuiltProgram {
        // A file and not a pipe: nobody has to read along.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("quickstart-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = try location()
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
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
        return BuiltProgram(status: process.terminationStatus, output: try Data(contentsOf: file))
    }

    /// On Linux the test bundle is itself an executable in the products' directory; on Apple platforms it is a bundle
    /// there, and the executable that runs it is somewhere else.
    private static func location() throws -> URL {
        let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
        let executable = CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }
        for neighbour in bundles + [executable, Bundle.main.executableURL].compactMap({ $0 }) {
            let program = neighbour.deletingLastPathComponent().appendingPathComponent("QuickStart")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
