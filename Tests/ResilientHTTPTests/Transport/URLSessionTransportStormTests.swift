import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

extension OverRealSockets {
    /// Many requests with faults, timeouts and cancellations at random moments: nothing hangs, traps or leaks.
    ///
    /// `RESILIENT_TEST_STORM` is the number of requests (20,000), `RESILIENT_TEST_SEED` repeats a run.
    @Suite(.timeLimit(.minutes(3)), .serialized)
    struct URLSessionTransportStormTests {
        private static func environment(_ name: String) -> Int? {
            ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
        }

        private static let requests = environment("RESILIENT_TEST_STORM") ?? 20_000
        private static let inFlight = 64
        private static let seed = UInt64(environment("RESILIENT_TEST_SEED") ?? 1)

        /// What a request meets: by weight.
        private static let mix = FaultServer.FaultMix([
            .init(weight: 40, .ok),
            .init(weight: 10, .ok.delayed(.milliseconds(2))),
            .init(weight: 5, .random(bytes: 50_000)),
            .init(weight: 5, .drip(Data("drip".utf8), every: .milliseconds(1))),
            .init(weight: 5, .redirect(to: .path("/"))),
            .init(weight: 5, .status(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""])),
            .init(weight: 3, .hang),
            .init(weight: 3, .stream([.text("a")], ending: .hang)),
            .init(weight: 3, .resetBeforeHead()),
            .init(weight: 3, .resetInBody()),
            .init(weight: 3, .closeWithoutAnswer),
            .init(weight: 3, .closedAfterAnswer()),
            .init(weight: 3, .truncatedBody()),
            .init(weight: 3, .badChunkSize()),
            .init(weight: 3, .interim(then: .ok)),
        ])

        private struct Tally: Sendable {
            var answers = 0
            var errors: [String: Int] = [:]
            var cancelled = 0
            var others: [String] = []

            mutating func add(_ result: Result<ClientResponse, any Error>) {
                switch result {
                case .success: answers += 1
                case .failure(is CancellationError): cancelled += 1
                case .failure(let error as ResilientError): errors[error.code.rawValue, default: 0] += 1
                case .failure(let error): others.append("\(error)")
                }
            }

            var total: Int { answers + errors.values.reduce(0, +) + cancelled + others.count }
        }

        @Test func nothingHangsTrapsOrLeaks() async throws {
            var configuration = FaultServer.Configuration()
            configuration.maximumRecordedRequests = 0
            var pool = PoolConfiguration()
            pool.maxConnections = 48
            try await SocketHarness.urlSession(pool: pool, server: configuration) { harness in
                harness.server.script(seed: Self.seed, mix: Self.mix)
                #expect(SocketTable.openSockets(to: harness.server.port) == 0)
                let tally = try await storm(harness)
                #expect(tally.total == Self.requests)
                #expect(tally.others == [])
                #expect(tally.answers > Self.requests / 4)
                #expect(tally.cancelled > Self.requests / 20)

                try await harness.until { harness.urlSession?.placesTaken == 0 && harness.runtime.liveTimers == 0 }
                #expect(harness.urlSession?.placesWaitedFor == 0)
                #expect(harness.urlSession?.exchangesUnderWay == 0)
                #expect(harness.runtime.liveTasks == 0)
                #expect(harness.client.callsInFlight == 0)
                await harness.client.shutdown()
                try await harness.server.waitForNoConnections()
                try await harness.until { SocketTable.openSockets(to: harness.server.port) == 0 }
            }
        }

        private func storm(_ harness: SocketHarness) async throws -> Tally {
            await withTaskGroup(of: Result<ClientResponse, any Error>.self) { group in
                var tally = Tally()
                for number in 0..<Self.requests {
                    if number >= Self.inFlight, let result = await group.next() { tally.add(result) }
                    group.addTask { await one(number, harness) }
                }
                for await result in group { tally.add(result) }
                return tally
            }
        }

        /// One request; every fourth is cancelled after a random number of turns of the executor, the others have
        /// timeouts, because some of them would never end.
        private func one(_ number: Int, _ harness: SocketHarness) async -> Result<ClientResponse, any Error> {
            var random = SeededGenerator(seed: Self.seed &+ UInt64(number) &* 7919)
            let (method, body): (ClientRequest.Method, RequestBody) =
                switch Int.random(in: 0..<10, using: &random) {
                case 0: (.post, .text("hello"))
                case 1: (.put, .bytes(Data(repeating: 7, count: 20_000)))
                case 2 where number.isMultiple(of: 3): (.post, .empty)
                default: (.get, .empty)
                }
            let options = RequestOptions(
                attemptTimeout: .milliseconds(Int.random(in: 50...400, using: &random)),
                idleTimeout: .milliseconds(200)
            )
            let task = Task { [method, body] in
                try await harness.send(method, "/\(number)", body: body, options: options)
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                for _ in 0..<Int.random(in: 0..<400, using: &random) { await Task.yield() }
                task.cancel()
            }
            return await task.result
        }
    }
}
