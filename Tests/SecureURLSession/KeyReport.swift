import Foundation
import RealServers
import ResilientCurl
import ResilientHTTP

/// How many bytes of TLS keys are in the file that SSLKEYLOGFILE names, after a request by each transport.
struct KeyReport: Codable {
    var afterCurl = 0
    var afterURLSession = 0
    var statuses: [Int] = []

    static func make() async throws -> KeyReport {
        var report = KeyReport()
        let file = ProcessInfo.processInfo.environment["SSLKEYLOGFILE"] ?? ""
        let identity = try Certificates.made().server
        try await NginxServer.run(
            http: { "server { listen 127.0.0.1:\($0.port) ssl; \(identity.directives) return 200 ok; }" },
            { server in
                for transport in [try CurlTransport(), URLSessionTransport()] as [any Transport] {
                    let dependencies = Dependencies(transport: transport)
                    try await withResilientClient(Configuration(), dependencies: dependencies) { client in
                        let url = server.place.url("/").absoluteString
                        report.statuses.append(try await client.get(url).status.code)
                    }
                    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
                    let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
                    if report.statuses.count == 1 { report.afterCurl = size } else { report.afterURLSession = size }
                }
            }
        )
        return report
    }
}
