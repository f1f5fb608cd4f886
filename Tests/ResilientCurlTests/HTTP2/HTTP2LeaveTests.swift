#if os(Linux)
import Foundation
import ResilientHTTP
import Testing

extension OverCurl {
    /// Servers that take leave of connections or refuse streams, as each one does that is about to be replaced.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct HTTP2LeaveTests {
        private static var retrying: Configuration {
            var configuration = Configuration.passthrough
            configuration.retry = RetryConfiguration()
            configuration.retry?.backoff = .constant(.milliseconds(1))
            configuration.retry?.maxAttempts = 8
            configuration.retry?.budget = nil
            return configuration
        }

        @Test func whatMayBeRepeatedIsAnsweredWhileTheServerTakesLeaveAgainAndAgain() async throws {
            var habits = FrameServer.Habits()
            habits.closesAfterGoAway = true
            habits.otherwise = { arrival in
                guard arrival.isComplete else { return [] }
                let answer = Move.answer(arrival.stream, arrival.path)
                // Every few streams, as RFC 9113 §6.8 has it: first that it will, then what it still takes.
                guard arrival.stream / 2 % 24 == 23 else { return answer }
                return [.send(.goAway(last: Frame.lastStream)), .pause(milliseconds: 2), .leave] + answer
            }
            try await HTTP2Harness.run(habits, client: Self.retrying) { (harness) async throws in
                try await Self.getAll(harness)
                #expect(harness.server.accepted > 20)
            }
        }

        /// Without a warning: some requests are on their way, and the server says that it has not taken them.
        @Test func whatWasLeftOutIsSentAgain() async throws {
            var habits = FrameServer.Habits()
            habits.closesAfterGoAway = true
            habits.otherwise = { arrival in
                let answer = Move.answer(arrival.stream, arrival.path)
                guard arrival.stream / 2 % 96 == 95 else { return arrival.isComplete ? answer : [] }
                return [.send(.goAway(last: arrival.stream - 2))]
            }
            try await HTTP2Harness.run(habits, client: Self.retrying) { (harness) async throws in
                try await Self.getAll(harness)
                #expect(harness.server.deliveries.contains { $0.isRefused })
            }
        }

        /// 64 at a time, and each answer is the right one.
        private static func getAll(_ harness: HTTP2Harness) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<64 {
                    group.addTask {
                        for number in 0..<20 {
                            let path = "/\(lane)/\(number)"
                            let text = try await harness.send(.get, path).text
                            #expect(text == path)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }

        @Test func aRefusedRequestIsRepeatedIfItMayBe() async throws {
            try await HTTP2Harness.run(client: Self.retrying) { (harness) async throws in
                harness.server.script("/") { arrival in
                    guard arrival.isComplete else { return [] }
                    let refusal = [Move.send(.reset(arrival.stream, .refusedStream))]
                    return arrival.repeats == 0 ? refusal : Move.answer(arrival.stream)
                }
                #expect(try await harness.send(.get, "/", key: "get").text == "ok")
                #expect(try await harness.send(.put, "/", key: "put", body: .text("x")).text == "ok")
                #expect(harness.server.deliveries.map(\.isRefused) == [true, false, true, false])
                let error = try await #require(throws: ResilientError.self) {
                    try await harness.send(.post, "/", key: "post", body: .text("x"))
                }
                #expect(error.code == .connectionLost)
                // libcurl does not say that it was refused.
                #expect(error.reachedServer == .maybe)
                #expect(harness.server.deliveries.count == 5)
            }
        }
    }
}
#endif
