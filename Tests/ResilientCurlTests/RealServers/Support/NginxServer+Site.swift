#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import SocketSupport
import Testing

extension NginxServer {
    /// Runs `body` with an nginx that offers HTTP/1.1 and HTTP/2 over TLS, and ends it in any case.
    ///
    /// - Parameters:
    ///   - directives: what stands in its `server` block.
    ///   - prepare: writes the files that it serves.
    static func site(
        _ directives: String,
        prepare: (ServerPlace) throws -> Void = { _ in },
        _ body: (NginxServer) async throws -> Void
    ) async throws {
        try await run { place in
            try prepare(place)
            return """
                server {
                    listen 127.0.0.1:\(place.port) ssl http2;
                    \(try Certificates.made().server.directives)
                    ssl_protocols TLSv1.2 TLSv1.3;
                    root "\(place.folder.path)";
                    \(directives)
                }
                """
        } _: { server in
            try await body(server)
        }
    }

    /// Waits until so many requests are in its log, which it writes after the answers.
    func arrivals(_ count: Int) async throws -> [Arrival] {
        try await CurlHarness.until("\(count) requests at the server") { arrivals.count >= count }
        return arrivals
    }
}
#endif
