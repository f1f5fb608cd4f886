/// The servers of a run: each is started when it is first asked for, and ended with the run.
actor Servers {
    private let progress: Progress
    private var local: (any LocalServer)?
    private var streaming: FaultServerProcess?

    init(_ progress: Progress) {
        self.progress = progress
    }

    /// nginx when it is there, else the FaultServer.
    func forRequests() async throws -> any LocalServer {
        if let local { return local }
        let started = try await start()
        local = started
        return started
    }

    /// The FaultServer, which streams.
    func forStreams() throws -> FaultServerProcess {
        if let streaming { return streaming }
        let started = try FaultServerProcess()
        streaming = started
        return started
    }

    func end() async {
        await local?.end()
        await streaming?.end()
    }

    private func start() async throws -> any LocalServer {
        guard let program = NginxServer.program else {
            progress.say("nginx was not found; the FaultServer of this package serves in its place")
            return try forStreams()
        }
        do {
            return try await NginxServer(program)
        } catch {
            progress.say("nginx cannot be used (\(error)); the FaultServer of this package serves in its place")
            return try forStreams()
        }
    }
}
