import Foundation
import ResilientHTTPTesting

/// The server in a process of its own, so that descriptors and memory of this one are the client's.
struct ServerProcess {
    /// The port for each behaviour.
    let ports: [Int]
    /// The port of a server that answers anything with 200.
    let warmUpPort: Int
    private let process: Process
    private let input: FileHandle
    private let output: FileHandle

    struct Failure: Error, CustomStringConvertible {
        let description = "the server's process did not start"
    }

    static func start(_ entries: [FaultServer.CatalogueEntry]) async throws -> ServerProcess {
        guard let program = Bundle.main.executableURL else { throw Failure() }
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = program
        process.arguments = ["--serve", "--behaviours", entries.map(\.name).joined(separator: ",")]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = await read(output.fileHandleForReading, toEnd: false)
        guard let ports = try? JSONDecoder().decode([Int].self, from: line), ports.count == entries.count + 1 else {
            throw Failure()
        }
        return ServerProcess(
            ports: ports.dropLast(),
            warmUpPort: ports[entries.count],
            process: process,
            input: input.fileHandleForWriting,
            output: output.fileHandleForReading
        )
    }

    /// Ends the process.
    ///
    /// - Returns: how often each behaviour was carried out, as far as the server can know.
    func end() async throws -> [String: Int] {
        try input.close()
        let counts = await Self.read(output, toEnd: true)
        process.waitUntilExit()
        return try JSONDecoder().decode([String: Int].self, from: counts)
    }

    /// Reads a line, or everything, without holding up a Swift thread.
    private static func read(_ handle: FileHandle, toEnd: Bool) async -> Data {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var data = Data()
                while toEnd || data.last != UInt8(ascii: "\n") {
                    let more = handle.availableData
                    if more.isEmpty { break }
                    data += more
                }
                continuation.resume(returning: data)
            }
        }
    }
}
