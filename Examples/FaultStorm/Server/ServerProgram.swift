import ExampleSupport
import Foundation
import ResilientHTTPTesting

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The server's process: writes the ports as a line of JSON, serves until its input ends, writes its counts.
struct ServerProgram {
    private let entries: [FaultServer.CatalogueEntry]

    init(_ options: Options) {
        entries = StormRun.entries(options)
    }

    func run() async throws {
        Self.allowManyDescriptors()
        var configuration = FaultServer.Configuration()
        // Counts are enough.
        configuration.maximumRecordedRequests = 0
        configuration.maximumRecordedConnections = 0
        configuration.maximumRecordedBodyBytes = 0
        configuration.maximumRequestKeys = 0

        let common = try FaultServer.start(configuration)
        let behaviours = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.behaviour) })
        common.setHandler { request in
            let name = request.path.dropFirst().prefix { $0 != "/" }
            return behaviours[String(name)] ?? .ok
        }
        let servers = try entries.map {
            $0.needsOwnServer ? try FaultServer.start($0.applied(to: configuration)) : common
        }
        try write((servers + [common]).map(\.port))
        await Self.waitForEnd()
        try write(hits(servers))
    }

    /// How often, by name; without those that the server cannot see.
    private func hits(_ servers: [FaultServer]) -> [String: Int] {
        var hits: [String: Int] = [:]
        for (entry, server) in zip(entries, servers) where entry.acceptsConnections {
            let counters = server.counters
            hits[entry.name] = entry.needsOwnServer ? counters.accepted : counters.behaviours[entry.name] ?? 0
        }
        return hits
    }

    private func write(_ value: some Encodable) throws {
        Console(.output).write(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) + "\n")
    }

    /// The client's process closes its end, or is gone.
    private static func waitForEnd() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                _ = FileHandle.standardInput.readDataToEndOfFile()
                continuation.resume()
            }
        }
    }

    /// Connections that are never read are never seen to end: hundreds stay open.
    private static func allowManyDescriptors() {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(resource, &limit)
    }
}
