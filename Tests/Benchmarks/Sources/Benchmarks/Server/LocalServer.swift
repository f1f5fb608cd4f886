import Foundation

/// The server on this machine that all clients are measured against, in a process of its own, so that the processor
/// time of this one is the client's.
protocol LocalServer: Sendable {
    /// What it is, for the report.
    var name: String { get }
    /// By its address, without a path.
    var url: URL { get }
    /// By its name, which has to be looked up.
    var namedURL: URL { get }

    /// What it has seen so far, without what asking takes.
    func counts() async throws -> ServerCounts
    func end() async
}

/// What a server has seen so far.
struct ServerCounts: Sendable, Codable {
    var connections: Int
    var requests: Int

    static func - (later: ServerCounts, earlier: ServerCounts) -> ServerCounts {
        ServerCounts(
            connections: later.connections - earlier.connections,
            requests: later.requests - earlier.requests
        )
    }
}
