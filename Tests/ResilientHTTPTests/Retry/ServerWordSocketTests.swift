import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverRealSockets {
    /// What a server says about coming back, as the transports hand it on; the client's time is the test's.
    @Suite(.timeLimit(.minutes(1)))
    struct ServerWordSocketTests {
        /// The error of a call that is told by such an answer.
        private func told(_ answer: FaultServer.Behaviour) async throws -> ResilientError? {
            try await FaultServer.withServer { server in
                server.script("/x", [answer])
                let dependencies = try Dependencies.live(runtime: .manual(ManualClock()))
                return try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                    await resilientError { try await client.get(server.url.appending(path: "x").absoluteString) }
                }
            }
        }

        /// URLSession joins equal names with a comma, curl keeps them apart, and a date has a comma of its own.
        @Test func ofTwoLinesTheLongerCounts() async throws {
            for (first, second) in [("1", "3600"), ("3600", "1")] {
                let error = try await told(.status(503, headers: ["Retry-After": first, "Retry-After": second]))
                #expect(error?.retryAfter == .seconds(3600))
            }
            let dates: KeyValuePairs = ["Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT", "Retry-After": "1"]
            let far = try await told(.status(503, headers: dates))
            #expect(try #require(far?.retryAfter) >= .seconds(365 * 86_400))
        }

        @Test func theStructuredFieldIsRead() async throws {
            let error = try await told(
                .status(429, headers: ["RateLimit": "\"a\";r=1;t=5", "RateLimit": "\"b\";r=0;t=30"])
            )
            #expect(error?.retryAfter == .seconds(30))
        }

        @Test func theServerIsAskedNoEarlierThanItSays() async throws {
            try await FaultServer.withServer { server in
                server.script("/x", [.status(403, headers: ["Retry-After": "60"]), .ok("well")])
                let clock = ManualClock()
                let settings = Configuration.passthrough.with { $0.retry = RetryConfiguration(maxAttempts: 2) }
                let dependencies = try Dependencies.live(runtime: .manual(clock))
                let url = server.url.appending(path: "x")
                try await withResilientClient(settings, dependencies: dependencies) { client in
                    async let response = client.send(ClientRequest(url: url))
                    var next = clock.nextTimer
                    while next == nil || next ?? .zero < clock.now + .seconds(60) {
                        try await Task.sleep(for: .milliseconds(1))
                        next = clock.nextTimer
                    }
                    let due = try #require(next) - clock.now
                    #expect(due >= .seconds(60) && due <= .seconds(65))
                    #expect(server.completeRequests(path: "/x") == 1)
                    clock.advance(by: .seconds(65))
                    #expect(try await response.text == "well")
                    #expect(server.completeRequests(path: "/x") == 2)
                }
            }
        }
    }
}
