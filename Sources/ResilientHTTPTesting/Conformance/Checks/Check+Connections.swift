import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let connections: [Self] = [
        Self(
            "concurrent_requests",
            "64 requests at once each get their own answer",
            "Nothing is mixed up, and none waits for ever."
        ) { trial in
            let flights = try await trial.flights { number in
                let pause = ConformanceScenario.Piece.pause(.milliseconds(number % 7 * 5))
                return .inPieces([
                    pause, .bytes(Data("answer \(number) ".utf8)), .bytes(Data(repeating: 1, count: number * 100)),
                ])
            }
            for (number, flight) in flights.enumerated() {
                let response = try trial.expectAnswer(await flight.outcome(within: .seconds(15)))
                let expected = Data("answer \(number) ".utf8) + Data(repeating: 1, count: number * 100)
                try trial.expectBytes(response.data, expected, "the body of request \(number)")
            }
        },
        Self(
            "connections_are_reused",
            "Requests one after the other share connections",
            "RFC 9112 §9.3: a connection for each request costs a round trip or more each.",
            needs: [.connections]
        ) { trial in
            await trial.play(.text("kept"))
            for _ in 0..<10 { _ = try await trial.send() }
            let used = Set(await trial.received().compactMap(\.connection)).count
            try trial.expect(used <= 5, "at most 5 connections for 10 requests", seen: "\(used)")
        },
        Self(
            "closing_connections_are_replaced",
            "An answer that announces the connection's end is followed by a new connection",
            "RFC 9112 §9.6.",
            needs: [.connections]
        ) { trial in
            await trial.play(.answer(Data("closing".utf8), afterwards: .closes))
            for _ in 0..<5 {
                try trial.expectEqual(try await trial.send(.post, body: .text("x")).text, "closing", "the body")
            }
            let used = Set(await trial.received().compactMap(\.connection)).count
            try trial.expectEqual(used, 5, "connections for 5 requests")
        },
    ]
}

extension Trial {
    fileprivate func flights(
        _ scenario: (Int) -> ConformanceScenario
    ) async throws -> [Flight<ClientResponse>] {
        for number in 0..<64 { await play(scenario(number), at: "/\(number)") }
        return try (0..<64).map { start(try request(.get, "/\($0)")) }
    }
}
