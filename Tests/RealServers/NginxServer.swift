import Foundation

/// An nginx of its own for a test: in the foreground, one process, nothing of the system's configuration.
package struct NginxServer: Sendable {
    /// A request that was answered, as the server's log has it.
    package struct Arrival: Sendable, Hashable {
        /// The number of the connection, one for all requests of an HTTP/2 connection.
        package let connection: Int
        /// `HTTP/1.1` or `HTTP/2.0`.
        package let version: String
        /// The method.
        package let method: String
        /// Path and query.
        package let target: String
        /// The status of the answer.
        package let status: Int
    }

    /// Its folder and its ports.
    package let place: ServerPlace

    /// Runs `body` with an nginx, and ends it in any case.
    ///
    /// - Parameters:
    ///   - ports: how many ports the configuration listens on, on 127.0.0.1; it must listen on each.
    ///   - http: what stands in its `http` block. Paths are relative to the server's folder. May write files there.
    ///   - stream: what stands in its `stream` block, if there is to be one.
    package static func run(
        ports: Int = 1,
        http: (ServerPlace) throws -> String = { _ in "" },
        stream: ((ServerPlace) throws -> String)? = nil,
        _ body: (NginxServer) async throws -> Void
    ) async throws {
        try await ServerProgram.run("nginx", ports: ports) { place in
            var text = try head + "http {\n\(httpHead)\n\(http(place))\n}\n"
            if let stream, let module = streamModule {
                if !module.isEmpty { text = "load_module \(module);\n" + text }
                text += try "stream {\n\(stream(place))\n}\n"
            }
            try place.write(Data(text.utf8), to: "nginx.conf")
            return ["-p", place.folder.path + "/", "-e", "error.log", "-c", "nginx.conf"]
        } _: { place in
            try await body(NginxServer(place: place))
        }
    }

    /// The requests that have been answered or have failed, in this order. A request stands here a moment after its
    /// answer has arrived.
    package var arrivals: [Arrival] {
        place.text(of: "access.log").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 5, let connection = Int(words[0]), let status = Int(words[4]) else { return nil }
            return Arrival(
                connection: connection,
                version: words[1],
                method: words[2],
                target: words[3],
                status: status
            )
        }
    }

    /// Ends it at once, without a word to anybody, as a machine does that fails.
    package func kill() {
        let id = place.text(of: "nginx.pid").trimmingCharacters(in: .whitespacesAndNewlines)
        if let id = pid_t(id), id > 1 { _ = Foundation.kill(id, SIGKILL) }
    }

    /// Where the module for bare TLS is; empty when it is built in, nil when there is none that can agree on a protocol,
    /// as there is from nginx 1.21.4 on.
    static let streamModule: String? = {
        let places = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/local/lib/nginx/modules"]
        let module = places.map { $0 + "/ngx_stream_module.so" }.first { FileManager.default.fileExists(atPath: $0) }
        guard let file = module ?? RealServers.location(of: "nginx")?.path,
            let data = try? Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe),
            data.range(of: Data("ssl_alpn".utf8)) != nil
        else { return nil }
        return module ?? ""
    }()

    /// Root stays root, also where it is that only in a namespace, which has nobody else.
    private static let head = """
        \(geteuid() == 0 ? "user root;" : "")
        daemon off;
        master_process off;
        pid nginx.pid;
        events { worker_connections 2048; }

        """

    private static let httpHead = """
        log_format arrivals '$connection $server_protocol $request_method $request_uri $status';
        access_log access.log arrivals;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        """
}
