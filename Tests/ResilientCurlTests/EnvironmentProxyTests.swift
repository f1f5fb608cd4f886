#if os(Linux)
import Foundation
import ResilientCurl
import ResilientHTTP
import ResilientHTTPTesting
import Testing

extension OverCurl {
    /// The variables of the environment that name proxies, each test in a process of its own: nobody may write to the
    /// environment where another thread reads it.
    @Suite(.timeLimit(.minutes(1)))
    struct EnvironmentProxyTests {
        /// Expects an answer from the `server` or the `proxy` with these variables; `PROXY` in them stands for the
        /// proxy's URL.
        private static func expect(
            _ answer: String,
            _ variables: [String: String],
            follows: Bool,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            try await FaultServer.withServer { proxy in
                proxy.script(default: [.ok("proxy")])
                try await FaultServer.withServer { server in
                    server.script(default: [.ok("server")])
                    for (name, value) in variables {
                        setenv(name, value.replacing("PROXY", with: "http://127.0.0.1:\(proxy.port)"), 1)
                    }
                    defer { for name in variables.keys { unsetenv(name) } }
                    var configuration = CurlConfiguration()
                    configuration.usesEnvironmentProxy = follows
                    let dependencies = Dependencies(transport: try CurlTransport(configuration))
                    let text = try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/"))
                        return try await client.send(ClientRequest(url: url)).text
                    }
                    #expect(text == answer, "\(variables)", sourceLocation: sourceLocation)
                }
            }
        }

        @Test func theyAreNotFollowedUnasked() async {
            await #expect(processExitsWith: .success) {
                for name in ["http_proxy", "all_proxy", "ALL_PROXY"] {
                    try await Self.expect("server", [name: "PROXY"], follows: false)
                }
            }
        }

        @Test func theyAreFollowedWhenAsked() async {
            await #expect(processExitsWith: .success) {
                for name in ["http_proxy", "all_proxy", "ALL_PROXY"] {
                    try await Self.expect("proxy", [name: "PROXY"], follows: true)
                }
                // The one for https is for nothing else.
                try await Self.expect("server", ["https_proxy": "PROXY"], follows: true)
                // A server takes HTTP_PROXY for a header field of a request.
                try await Self.expect("server", ["HTTP_PROXY": "PROXY"], follows: true)
            }
        }

        @Test(arguments: ["http://", "", "what://"])
        func oneThatIsNoneIsNotShown(scheme: String) async {
            await #expect(processExitsWith: .success) { [scheme] in
                setenv("http_proxy", "\(scheme)us3r:s3cr3t@127.0.0.1:70000", 1)
                var configuration = CurlConfiguration()
                configuration.usesEnvironmentProxy = true
                let dependencies = Dependencies(transport: try CurlTransport(configuration))
                try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                    let url = try #require(URL(string: "http://127.0.0.1:1/"))
                    let error = await #expect(throws: ResilientError.self) {
                        try await client.send(ClientRequest(url: url))
                    }
                    let text = "\(String(describing: error))"
                    #expect(
                        error?.reachedServer == .no && !text.contains("us3r") && !text.contains("s3cr3t"),
                        "\(text)"
                    )
                }
            }
        }

        @Test func hostsAreLeftOut() async {
            await #expect(processExitsWith: .success) {
                for list in ["127.0.0.1", "a.example,127.0.0.1", "*"] {
                    let variables = ["http_proxy": "PROXY", "no_proxy": list]
                    try await Self.expect("server", variables, follows: true)
                }
                let others = ["http_proxy": "PROXY", "no_proxy": "a.example"]
                try await Self.expect("proxy", others, follows: true)
            }
        }
    }
}
#endif
