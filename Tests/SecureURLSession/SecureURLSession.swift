import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting

/// Runs the checks over TLS with URLSession and writes the report as JSON.
///
/// On Linux URLSession trusts what one file of the system says and nothing else. This program is to be started in a
/// mount namespace of its own (`unshare --map-root-user --mount`), where it puts the tests' authority into its place.
@main
enum SecureURLSession {
    static func main() async {
        do {
            try trustTheTestsAuthority()
            try await NginxServer.conformance { secure in
                try await FaultConformanceServer.withServer { server in
                    let conformance = TransportConformance(server: server, secure: secure) { URLSessionTransport() }
                    let checks = TransportConformance.checks.filter { $0.takesSecureServers }
                    let report = try JSONEncoder().encode(await conformance.run(checks))
                    try FileHandle.standardOutput.write(contentsOf: report)
                }
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(EXIT_FAILURE)
        }
    }

    private static func trustTheTestsAuthority() throws {
        let mount = Process()
        mount.executableURL = URL(fileURLWithPath: "/bin/sh")
        let file = try Certificates.made().authority.certificate.path
        mount.arguments = ["-c", "mount --bind \"$1\" /etc/ssl/certs/ca-certificates.crt", "sh", file]
        try mount.run()
        mount.waitUntilExit()
        guard mount.terminationStatus == 0 else { throw RealServerError(description: "the file cannot be replaced") }
    }
}
