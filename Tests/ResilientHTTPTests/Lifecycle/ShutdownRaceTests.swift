import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct ShutdownRaceTests {
    @Test func aCallThatRacesWithTheShutdownCompletesOrIsToldThatTheClientIsClosed() throws {
        var completed = 0
        var closed = 0
        for seed in Simulation.seeds(500) {
            let transport = MockTransport(isDeaf: seed.isMultiple(of: 3))
            let results = try simulate(seed: seed, transport: transport) { client, simulation in
                transport.on(.any) { _ in
                    switch simulation.random(below: 4) {
                    case 0: .ok
                    case 1: .suspending
                    case 2: .stream([Data("a".utf8)], interval: simulation.random(upTo: .milliseconds(2)))
                    default: MockAnswer.ok.after(simulation.random(upTo: .milliseconds(4)))
                    }
                }
                let calls = (0..<8).map { index in
                    simulation.start {
                        try await simulation.sleep(for: simulation.random(upTo: .milliseconds(4)))
                        return try await client.get("https://example.com/\(index)")
                    }
                }
                try await simulation.sleep(for: simulation.random(upTo: .milliseconds(4)))
                await client.shutdown(grace: simulation.random(upTo: .milliseconds(2)))
                var results: [Result<ClientResponse, any Error>] = []
                for call in calls { results.append(await call.result) }
                #expect(client.callsInFlight == 0)
                return results
            }
            for result in results {
                switch result {
                case .success(let response):
                    #expect(response.status == 200)
                    completed += 1
                case .failure(let error):
                    #expect((error as? ResilientError)?.code == .clientClosed, "\(error), seed \(seed)")
                    closed += 1
                }
            }
        }
        #expect(completed > 500 && closed > 500 || Simulation.isRerun, "\(completed) completed, \(closed) closed")
    }
}
