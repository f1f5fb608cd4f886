import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting

/// Runs the checks over TLS with URLSession and writes the report as JSON. With the argument `silence` it says what becomes
/// of an HTTP/2 connection that carries nothing any more, with `keys` which transport writes TLS keys to a file.
///
/// On Linux URLSession trusts what one file of the system says and nothing else. This program is to be started in a
/// mount namespace of its own (`unshare --map-root-user --mount`), where it puts the tests' authority into its place.
@main
enum SecureURLSession {
    static func main() async {
        do {
            try trustTheTestsAuthority()
            if CommandLine.arguments.contains("silence") { return try write(await SilenceReport.make()) }
            if CommandLine.arguments.contains("keys") { return try write(await KeyReport.make()) }
            try await NginxServer.conformance { secure in
                try await FaultConformanceServer.withServer { server in
                    let conformance = TransportConformance(server: server, secure: secure) { URLSessionTransport() }
                    let checks = TransportConformance.checks.filter { $0.takesSecureServers }
                    try write(await conformance.run(checks))
                }
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(EXIT_FAILURE)
        }
    }

    private static func write(_ report: some Encodable) throws {
        try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(report))
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
