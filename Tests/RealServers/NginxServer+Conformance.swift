import Foundation
import ResilientHTTP
package import ResilientHTTPTesting

extension NginxServer {
    /// Runs `body` with servers of every certificate for `TransportConformance`, and ends them in any case. Who calls
    /// them trusts the tests' authority.
    package static func conformance(_ body: (SecureConformanceServers) async throws -> Void) async throws {
        let certificates = try Certificates.made()
        let servers: [(ConformancePlace, Identity, String)] = [
            (.trusted, certificates.server, "ssl"), (.http2, certificates.server, "ssl http2"),
            (.unknownAuthority, certificates.unknown, "ssl"), (.wrongHost, certificates.otherHost, "ssl"),
            (.expired, certificates.expired, "ssl"),
        ]
        try await run(ports: servers.count) { place in
            zip(place.ports, servers).map { port, server in
                """
                server {
                    listen 127.0.0.1:\(port) \(server.2);
                    \(server.1.directives)
                    return 200 answer;
                }
                """
            }.joined(separator: "\n")
        } _: { server in
            let urls = servers.enumerated().map { ($1.0, server.place.url(port: $0)) }
            try await body(
                SecureConformanceServers(Dictionary(uniqueKeysWithValues: urls)) { prefix in
                    server.arrivals.filter { $0.target.hasPrefix(prefix) }.map(\.conformanceRequest)
                }
            )
        }
    }
}

extension NginxServer.Arrival {
    fileprivate var conformanceRequest: ConformanceRequest {
        ConformanceRequest(
            method: method,
            target: target,
            headers: [:],
            body: Data(),
            isComplete: true,
            connection: connection,
            protocolName: version == "HTTP/2.0" ? "h2" : version.lowercased()
        )
    }
}
