#if os(Linux)
import Foundation
import ResilientHTTP
import Testing

@testable import ResilientCurl

@Suite struct CurlConfigurationTests {
    private func read(_ json: String) throws -> CurlConfiguration {
        try JSONDecoder().decode(CurlConfiguration.self, from: Data(json.utf8))
    }

    @Test func isReadFromData() throws {
        let configuration = try read(
            """
            {"pool": {"max_connections": 7, "idle_timeout": 2.5}, "use_http2": false, "decompress": false,
             "proxy": "http://proxy:3128", "use_environment_proxy": true, "resolve": {"a.example:443": "127.0.0.1,::1"},
             "tls": {"minimum_version": "1.3", "ca_file": "/etc/ca.pem", "certificate_file": "/c", "key_file": "/k"}}
            """
        )
        #expect(configuration.pool.maxConnections == 7)
        #expect(configuration.pool.idleTimeout == .milliseconds(2_500))
        #expect(!configuration.usesHTTP2 && !configuration.decompresses && configuration.usesEnvironmentProxy)
        #expect(configuration.proxy == "http://proxy:3128")
        #expect(configuration.tls.minimumVersion == .tls13)
        #expect(configuration.tls.caFile == "/etc/ca.pem")
        let again = try JSONDecoder().decode(CurlConfiguration.self, from: JSONEncoder().encode(configuration))
        #expect(again == configuration)
    }

    @Test func listsEveryProblem() throws {
        let error = try #require(
            #expect(throws: ResilientError.self) {
                try read(
                    """
                    {"pool": {"max_connections": 0}, "proxy": "", "resolve": {"a.example": "127.0.0.1"}, "wat": 1,
                     "unix_socket_path": "/s", "tls": {"pinned_public_key": "file.pem", "key_file": "/k"}}
                    """
                )
            }
        )
        #expect(error.code == .configuration)
        let paths = error.problems.map(\.path)
        for path in ["pool.max_connections", "proxy", "resolve", "wat", "tls.pinned_public_key", "tls.key_file"] {
            #expect(paths.contains(path), "\(paths)")
        }
    }

    @Test func aTransportRefusesWhatIsWrong() throws {
        var configuration = CurlConfiguration()
        configuration.pool.maxPerHost = 0
        configuration.tls.caFile = "/a"
        configuration.tls.caCertificates = Data("b".utf8)
        let error = try #require(#expect(throws: ResilientError.self) { try CurlTransport(configuration) })
        #expect(error.problems.map(\.path) == ["pool.max_per_host", "tls.ca_file"])
    }

    @Test func saysWhatItCanDo() async throws {
        var configuration = CurlConfiguration()
        configuration.usesHTTP2 = false
        let transport = try CurlTransport(configuration)
        let can = transport.capabilities
        #expect(can.honoursDeadlines && can.streamsUploads && can.streamsDownloads && can.hasBackPressure)
        #expect(can.hasConnectTimeout && can.neverRepeats && can.callsIPv6Literals)
        #expect(can.keepsTrailers && can.tellsConnections && !can.speaksHTTP2)
        await transport.shutdown()
    }
}
#endif
