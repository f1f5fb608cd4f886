import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

extension OverRealSockets {
    /// Many streams with faults, slow readers, cancellations and readers who let go: nothing hangs or stays.
    @Suite(.timeLimit(.minutes(1)))
    struct StreamSocketStormTests {
        private static let mix = FaultServer.FaultMix([
            .init(weight: 30, .stream([.text("a"), .pause(.milliseconds(1)), .text("b"), .text("c")])),
            .init(weight: 10, .random(bytes: 200_000)),
            .init(weight: 10, .stream([.text("a")], ending: .hang)),
            .init(weight: 10, .stream([.text("a")], ending: .cut)),
            .init(weight: 10, .stream([.text("a")], ending: .reset)),
            .init(weight: 5, .badChunkSize()),
            .init(weight: 5, .truncatedBody()),
            .init(weight: 5, .unavailable(retryAfterSeconds: 0)),
            .init(weight: 5, .redirect(to: .path("/"))),
            .init(weight: 5, .status(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""])),
            .init(weight: 5, .hang),
        ])

        private enum Ending: Hashable {
            case complete, error(String), cancelled, dropped
        }

        @Test func everyStreamEndsAndGivesBackWhatItHeld() async throws {
            try await SocketHarness.live { harness in
                _ = try await harness.send()
                harness.server.script(seed: 1, mix: Self.mix)
                var tally: [Ending: Int] = [:]
                await withTaskGroup(of: Ending.self) { group in
                    for number in 0..<500 {
                        if number >= 32, let ending = await group.next() { tally[ending, default: 0] += 1 }
                        group.addTask { await one(number, harness) }
                    }
                    for await ending in group { tally[ending, default: 0] += 1 }
                }
                try await harness.untilIdle()
                try await harness.until { harness.runtime.liveTasks == 0 && harness.runtime.liveTimers == 0 }
                #expect(tally.values.reduce(0, +) == 500)
                #expect(tally[.complete, default: 0] >= 60, "\(tally)")
                #expect(tally[.cancelled, default: 0] >= 20, "\(tally)")
                #expect(tally[.dropped, default: 0] >= 20, "\(tally)")
                #expect(tally[.error("connection_lost"), default: 0] >= 20, "\(tally)")
                #expect(tally[.error("attempt_timeout"), default: 0] >= 20, "\(tally)")

                await harness.client.shutdown(grace: .zero)
                try await harness.server.waitForNoConnections()
                try await harness.until { SocketTable.openSockets(to: harness.server.port) == 0 }
            }
        }

        private func one(_ number: Int, _ harness: SocketHarness) async -> Ending {
            var random = SeededGenerator(seed: UInt64(number) &* 7919)
            let method: ClientRequest.Method = Int.random(in: 0..<10, using: &random) == 0 ? .post : .get
            let (isDropped, yields) = (
                Int.random(in: 0..<6, using: &random) == 0, Int.random(in: 0..<400, using: &random)
            )
            let isCancelled = Int.random(in: 0..<6, using: &random) == 0
            let options = RequestOptions(attemptTimeout: .milliseconds(500), idleTimeout: .milliseconds(200))
            let task = Task { () -> Ending in
                do {
                    let stream = try await harness.stream(method, "/\(number)", options: options)
                    if isDropped { return .dropped }
                    for try await _ in stream { await Task.yield() }
                    return .complete
                } catch let error as ResilientError {
                    return .error(error.code.rawValue)
                } catch {
                    return error is CancellationError ? .cancelled : .error("\(error)")
                }
            }
            if isCancelled {
                // Every second one at once, so that a fast machine cancels some too.
                for _ in 0..<(number.isMultiple(of: 2) ? 0 : yields) { await Task.yield() }
                task.cancel()
            }
            return await task.value
        }
    }
}
