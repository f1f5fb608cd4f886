/// The clients of a section.
enum PeerGroup {
    /// Starts those of these names; what cannot be started is told with its reason.
    static func start(_ names: [String], _ run: Run) async -> (peers: [any Peer], missing: [String: String]) {
        var peers: [any Peer] = []
        var missing: [String: String] = [:]
        for name in names {
            do {
                peers.append(try await start(name, run))
            } catch {
                missing[name] = "\(error)"
            }
        }
        return (peers, missing)
    }

    private static func start(_ name: String, _ run: Run) async throws -> any Peer {
        if let library = PythonLibrary.allCases.first(where: { $0.rowName == name }) {
            return try await run.pythons.start(library)
        }
        guard let peer = try Peers.make(name) else { throw NotMeasured("there is no such client") }
        return peer
    }
}
