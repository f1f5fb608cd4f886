import Foundation

/// The servers that come with the system: nginx, nghttpd, and openssl for their certificates.
package enum RealServers {
    /// Why they cannot be run here, and what to install; nil when they can.
    package static let missing: String? = {
        let programs = ["nginx", "nghttpd", "openssl"].filter { location(of: $0) == nil }
        if !programs.isEmpty { return "\(programs.joined(separator: ", ")) not found: \(remedy)" }
        guard NginxServer.streamModule != nil else {
            return "nginx has no stream module of version 1.21.4 or later: \(remedy)"
        }
        return nil
    }()

    /// Whether their absence is a failure, as where a change is checked before it is taken.
    package static let areRequired = ProcessInfo.processInfo.environment["RESILIENT_TEST_REQUIRES_SERVERS"] != nil

    /// Whether a process may have a view of its own of the system's files: root's right, and in many places everybody's.
    package static let hasNamespaces: Bool = {
        guard let unshare = location(of: "unshare") else { return false }
        let process = Process()
        process.executableURL = unshare
        process.arguments = [
            "--map-root-user", "--mount", "/bin/sh", "-c", "test -f /etc/ssl/certs/ca-certificates.crt",
        ]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    private static let remedy = "apt-get install nginx libnginx-mod-stream nghttp2 openssl"

    /// Where a program is. Servers are often where a user's path does not lead.
    static func location(of program: String) -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/usr/bin"]
        return folders.map { URL(fileURLWithPath: $0).appendingPathComponent(program) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

/// A server that did not start, or an openssl that made no certificate.
package struct RealServerError: Error, CustomStringConvertible {
    /// What the program said.
    package let description: String

    /// Makes an error.
    package init(description: String) {
        self.description = description
    }
}
