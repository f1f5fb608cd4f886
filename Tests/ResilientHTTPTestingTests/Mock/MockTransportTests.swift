import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct MockTransportTests {
    @Test func anAnswersClosureAndAMatcherMayAskTheTransport() throws {
        let statuses = try Simulation(seed: 0).run { simulation in
            let transport = MockTransport()
            transport.on(RequestMatcher { _ in transport.requestCount > 0 }) { _ in
                transport.requests.count < 2 ? .status(404) : .ok
            }
            let client = try ResilientClient(.passthrough, dependencies: simulation.dependencies(transport: transport))
            guard let url = URL(string: "https://example.com/") else { return [Int]() }
            let first = try await client.send(ClientRequest(url: url))
            let second = try await client.send(ClientRequest(url: url))
            return [first.status.code, second.status.code]
        }
        #expect(statuses == [404, 200])
    }
}
