import Foundation

/// A server in a process of its own, which ends with this one at the latest, however that ends.
struct ServerProgram {
    /// Ends the server when its own input ends, which is when nobody holds the other side any more, and leaves nothing.
    /// Its signals may be blocked, as those of the thread that starts it: it waits in the foreground and kills for good.
    private static let guardian = """
        folder=$1; shift
        "$@" </dev/null &
        cat >/dev/null
        kill -9 $!
        rm -rf "$folder"
        """

    let place: ServerPlace
    private let process = Process()
    private let life = Pipe()

    private init(_ program: String, _ place: ServerPlace, _ arguments: [String]) throws {
        self.place = place
        let location = RealServers.location(of: program)
        guard let location else { throw RealServerError(description: "there is no \(program)") }
        try place.write(Data(), to: "output.log")
        let output = try FileHandle(forWritingTo: place.folder.appendingPathComponent("output.log"))
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", Self.guardian, "sh", place.folder.path, location.path] + arguments
        process.currentDirectoryURL = place.folder
        process.standardInput = life
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try output.close()
    }

    /// Starts a server, runs `body` when it accepts connections, and ends it in any case.
    ///
    /// - Parameters:
    ///   - program: its name.
    ///   - ports: how many ports it listens on.
    ///   - prepare: writes its files and returns its arguments.
    static func run(
        _ program: String,
        ports: Int,
        prepare: (ServerPlace) throws -> [String],
        _ body: (ServerPlace) async throws -> Void
    ) async throws {
        let server = try await started(program, ports: ports, prepare)
        do {
            try await body(server.place)
        } catch {
            await server.end()
            throw error
        }
        await server.end()
    }

    private static func started(
        _ program: String,
        ports: Int,
        _ prepare: (ServerPlace) throws -> [String]
    ) async throws -> ServerProgram {
        for isLast in [false, false, true] {
            let place = try ServerPlace(ports: ports)
            let server = try ServerProgram(program, place, prepare(place))
            do {
                try await server.untilItAccepts()
                return server
            } catch {
                let said = place.text(of: "output.log") + place.text(of: "error.log")
                await server.end()
                // Somebody else has got the port in between.
                if !isLast, said.contains("in use") { continue }
                guard error is RealServerError else { throw error }
                throw RealServerError(description: "\(program) accepts no connection: \(said)")
            }
        }
        throw RealServerError(description: "\(program) was never tried")
    }

    private func untilItAccepts() async throws {
        let end = ContinuousClock.now + .seconds(10)
        while !place.accepts {
            let hasGivenUp = place.text(of: "error.log").contains("[emerg]")
            guard !hasGivenUp, ContinuousClock.now < end else { throw RealServerError(description: "") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Also when the task is cancelled.
    private func end() async {
        try? life.fileHandleForWriting.close()
        let process = process
        await Task.detached {
            let end = ContinuousClock.now + .seconds(5)
            while process.isRunning, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(2)) }
        }.value
    }
}
