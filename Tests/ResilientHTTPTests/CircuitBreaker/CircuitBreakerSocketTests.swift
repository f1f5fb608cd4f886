import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverRealSockets {
    /// What a real server sees of a breaker.
    @Suite(.timeLimit(.minutes(1)))
    struct CircuitBreakerSocketTests {
        @Test func anIllServerIsLeftAloneAndCalledAgainWhenItIsDue() async throws {
            try await FaultServer.withServer { server in
                server.script("/ill", Array(repeating: .status(503), count: 3) + [.status(500), .ok])
                let url = server.url.appending(path: "ill")
                // The time of the breaker is the test's; that of the wire is real.
                let clock = ManualClock()
                let configuration = Configuration.passthrough.with {
                    $0.circuitBreaker = CircuitBreakerConfiguration(failureThreshold: 3)
                }
                let dependencies = try Dependencies.live(runtime: .manual(clock))
                try await withResilientClient(configuration, dependencies: dependencies) { client in
                    func call() async -> ResilientError.Code? {
                        await resilientError { try await client.send(ClientRequest(url: url)) }?.code
                    }
                    for _ in 0..<3 { #expect(await call() == nil) }
                    for _ in 0..<20 { #expect(await call() == .circuitOpen) }
                    #expect(server.completeRequests(path: "/ill") == 3)

                    // The probe finds it still ill.
                    clock.advance(by: .seconds(60))
                    #expect(await call() == nil)
                    for _ in 0..<20 { #expect(await call() == .circuitOpen) }
                    #expect(server.completeRequests(path: "/ill") == 4)

                    clock.advance(by: .seconds(60))
                    for _ in 0..<3 { #expect(await call() == nil) }
                    #expect(client.circuitBreakerStatus().values.first?.state == .closed)
                    #expect(server.completeRequests(path: "/ill") == 7)
                }
            }
        }
    }
}
