package import Foundation

/// TLS in front of a server of this process that has none: nginx takes connections over TLS and hands the bytes on as
/// they are, so that whatever the server does wrong is done over TLS.
package enum TLSTerminator {
    /// Runs `body` with the terminator's URL, `https://127.0.0.1:port`, and ends it in any case.
    ///
    /// - Parameters:
    ///   - port: the server's port on 127.0.0.1.
    ///   - alpn: the protocol that is agreed on, `http/1.1` or `h2`.
    ///   - identity: the certificate that is shown; by default the right one.
    ///   - settings: more lines of nginx's configuration, such as `ssl_protocols TLSv1.2;`.
    package static func run(
        port: Int,
        alpn: String,
        identity: Identity? = nil,
        settings: String = "",
        _ body: (URL) async throws -> Void
    ) async throws {
        let identity = try identity ?? Certificates.made().server
        try await NginxServer.run(
            stream: { place in
                """
                server {
                    listen 127.0.0.1:\(place.port) ssl;
                    \(identity.directives)
                    ssl_alpn \(alpn);
                    \(settings)
                    proxy_pass 127.0.0.1:\(port);
                }
                """
            },
            { server in try await body(server.place.url()) }
        )
    }
}

extension ServerPlace {
    /// `https://127.0.0.1:port`, or for another host by which the same port is reached.
    package func url(_ path: String = "", host: String = "127.0.0.1", port index: Int = 0) -> URL {
        var components = URLComponents()
        components.scheme = "https"
        components.host = host
        components.port = ports[index]
        components.path = path
        return components.url ?? URL(fileURLWithPath: "/")
    }
}
