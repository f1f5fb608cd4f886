import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting

/// What URLSession makes of an HTTP/2 server whose connection falls silent and whose next one would work.
struct SilenceReport: Codable {
    /// The statuses of 20 GETs after the silence, ten at once.
    var statuses: [Int] = []
    /// The attempts of each.
    var attempts: [Int] = []
    /// The connections to the server, and to another one that is called all the time.
    var (connections, others) = (0, 0)
    /// The versions of HTTP that were spoken.
    var versions: Set<String> = []

    static func make() async throws -> SilenceReport {
        var report = SilenceReport()
        let identity = try Certificates.made().server
        try await NginxServer.run(
            ports: 2,
            http: { place in
                place.ports.map { port in
                    "server { listen 127.0.0.1:\(port) ssl http2; \(identity.directives) return 200 ok; }"
                }.joined(separator: "\n")
            },
            { server in
                let relay = try SilentRelay(to: server.place.port)
                defer { relay.stop() }
                var configuration = Configuration()
                configuration.timeouts.attempt = .seconds(1)
                configuration.retry?.backoff = .constant(.milliseconds(10), jitter: .none)
                configuration.circuitBreaker = nil
                try await withResilientClient(configuration) { client in
                    let silent = "https://127.0.0.1:\(relay.port)/silent"
                    let other = server.place.url("/other", port: 1).absoluteString
                    report.statuses = [
                        try await client.get(silent).status.code, try await client.get(other).status.code,
                    ]
                    guard report.statuses == [200, 200] else { return }
                    report.statuses = []
                    relay.fallSilent()
                    for _ in 0..<2 {
                        try await withThrowingTaskGroup(of: ClientResponse.self) { group in
                            for _ in 0..<10 { group.addTask { try await client.get(silent) } }
                            for try await response in group {
                                report.statuses.append(response.status.code)
                                report.attempts.append(response.attempts.count)
                            }
                        }
                        _ = try await client.get(other)
                    }
                }
                report.connections = relay.accepted
                let arrivals = server.arrivals
                report.others = Set(arrivals.filter { $0.target == "/other" }.map(\.connection)).count
                report.versions = Set(arrivals.map(\.version))
            }
        )
        return report
    }
}
