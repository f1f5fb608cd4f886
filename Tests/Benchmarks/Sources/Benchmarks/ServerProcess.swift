import Dispatch
import Foundation
import ResilientHTTPTesting

/// The server in a process of its own, so that the processor time of this one is the client's.
struct ServerProcess {
    struct Failure: Error, CustomStringConvertible {
        let description = "the server's process did not start"
    }

    let url: URL
    private let process: Process

    /// What the process itself does: serves until its standard input ends.
    static func serve() async {
        do {
            try await FaultServer.withServer { server in
                server.script("/", [.ok("fifty bytes of an answer that says nothing at all")])
                FileHandle.standardOutput.write(Data("\(server.url.absoluteString)\n".utf8))
                await withCheckedContinuation { continuation in
                    DispatchQueue.global().async {
                        while !FileHandle.standardInput.availableData.isEmpty {}
                        continuation.resume()
                    }
                }
            }
        } catch {
            print("\(error)")
        }
    }

    init() throws {
        process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = Bundle.main.executableURL
        process.arguments = ["--serve"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let url = URL(string: line.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw Failure() }
        self.url = url
    }

    func end() {
        (process.standardInput as? Pipe)?.fileHandleForWriting.closeFile()
        process.waitUntilExit()
    }
}
