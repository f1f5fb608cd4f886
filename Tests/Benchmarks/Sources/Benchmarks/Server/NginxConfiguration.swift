import Foundation

/// What nginx is told, and the files that it serves.
///
/// It is one process: what it takes is the same for all clients then, and on two processors it leaves them one.
struct NginxConfiguration {
    let directory: URL
    let port: FreePort

    func write() throws {
        let files = directory.appending(path: "files/bytes")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        for workload in Workload.allCases where workload.isGet {
            try workload.answer.write(to: files.appending(path: "\(workload.bytes)"))
        }
        try Data(text.utf8).write(to: directory.appending(path: "nginx.conf"))
    }

    private var text: String {
        let path = directory.path
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(path)/\($0);" }
        return """
            daemon off;
            master_process off;
            pid \(path)/nginx.pid;
            events { worker_connections 8192; }
            http {
                access_log off;
                \(temporary.joined(separator: "\n    "))
                default_type application/json;
                sendfile on;
                # Head and body together, as a program writes them that has both.
                tcp_nopush on;
                tcp_nodelay on;
                keepalive_requests 1000000000;
                keepalive_timeout 3600s;
                open_file_cache max=16;
                server {
                    listen 127.0.0.1:\(port.number) backlog=4096;
                    root \(path)/files;
                    location = /status { stub_status; }
                    location = \(ChatContent.path) { return 200 '\(ChatContent.completion)'; }
                }
            }
            """
    }
}
