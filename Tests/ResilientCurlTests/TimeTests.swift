#if os(Linux)
import Foundation
import ResilientCurl
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverCurl {
    /// Time limits to the millisecond, and what they say of the request.
    @Suite(.timeLimit(.minutes(1)))
    struct TimeTests {
        private static let limit = Duration.milliseconds(150)

        /// A connection that was closed by the backlog: the kernel answers no more SYNs.
        private static func full(_ body: (CurlHarness) async throws -> Void) async throws {
            var configuration = FaultServer.Configuration()
            configuration.acceptsConnections = false
            configuration.backlog = 0
            try await CurlHarness.run(server: configuration) { harness in
                let fillers = (0..<4).map { _ in
                    Task { try await harness.send(options: RequestOptions(attemptTimeout: .seconds(5))) }
                }
                // Until their connections, as many as there is room for, are made.
                try await Task.sleep(for: .milliseconds(50))
                try await body(harness)
                for filler in fillers { filler.cancel() }
                for filler in fillers { _ = await filler.result }
            }
        }

        private static func taken(_ operation: () async throws -> Void) async rethrows -> Duration {
            let began = ContinuousClock.now
            try await operation()
            return began.duration(to: .now)
        }

        @Test func connectingHasALimitOfItsOwn() async throws {
            try await Self.full { harness in
                let taken = try await Self.taken {
                    let error = try await harness.failure(options: RequestOptions(connectTimeout: Self.limit))
                    #expect(error.code == .connectFailed)
                    #expect(error.reachedServer == .no)
                }
                #expect(taken >= Self.limit && taken < .seconds(2))
            }
        }

        @Test func anAttemptThatNeverConnectsIsUnsent() async throws {
            try await Self.full { harness in
                let error = try await harness.failure(options: RequestOptions(attemptTimeout: Self.limit))
                #expect(error.code == .attemptTimeout)
                #expect(error.reachedServer == .no)
            }
        }

        @Test(arguments: [
            (FaultServer.Behaviour.hang, ResilientError.ReachedServer.maybe), (.stallInBody(), .yes),
            (.stallInHead(), .yes),
        ])
        func anAttemptEndsInItsTime(
            _ behaviour: FaultServer.Behaviour,
            _ reached: ResilientError.ReachedServer
        ) async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [behaviour])
                let taken = try await Self.taken {
                    let error = try await harness.failure(options: RequestOptions(attemptTimeout: Self.limit))
                    #expect(error.code == .attemptTimeout)
                    #expect(error.reachedServer == reached)
                }
                #expect(taken >= Self.limit && taken < .seconds(2))
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func theFirstByteAndThePausesHaveLimits() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/hang", [.hang])
                harness.server.script("/stall", [.stallBetweenChunks()])
                harness.server.script("/slow", [.drip(Data("slowly".utf8), every: .milliseconds(50))])
                let first = try await harness.failure(.get, "/hang", options: .init(firstByteTimeout: Self.limit))
                #expect(first.code == .attemptTimeout)
                #expect(first.message.contains("first-byte"))
                let idle = try await harness.failure(.get, "/stall", options: .init(idleTimeout: Self.limit))
                #expect(idle.code == .attemptTimeout)
                #expect(idle.message.contains("idle"))
                let options = RequestOptions(firstByteTimeout: .seconds(1), idleTimeout: .seconds(1))
                #expect(try await harness.send(.get, "/slow", options: options).text == "slowly")
            }
        }

        /// That says nothing about the server.
        @Test func aWaitForAConnectionIsALocalRefusal() async throws {
            var configuration = CurlConfiguration()
            configuration.pool.maxConnections = 1
            try await CurlHarness.run(configuration) { harness in
                harness.server.script("/hang", [.hang])
                harness.server.script("/", [.ok])
                let first = Task { try await harness.send(.get, "/hang") }
                try await harness.server.waitFor(completeRequests: 1)
                let error = try await harness.failure(options: RequestOptions(attemptTimeout: Self.limit))
                #expect(error.code == .queueFull)
                #expect(error.reachedServer == .no)
                first.cancel()
                _ = await first.result
                #expect(try await harness.send().text == "ok")
                #expect(harness.server.requests(path: "/").count == 1)
            }
        }

        @Test func aThousandLimitsPassAtOnce() async throws {
            var configuration = CurlConfiguration()
            configuration.pool.maxConnections = 2_000
            configuration.pool.maxPerHost = 2_000
            try await CurlHarness.run(configuration) { harness in
                harness.server.script("/", [.hang])
                let codes = await withTaskGroup(of: ResilientError.Code?.self) { group in
                    for number in 0..<300 {
                        group.addTask {
                            do {
                                let limit = Duration.milliseconds(300 + number % 7)
                                _ = try await harness.send(options: RequestOptions(attemptTimeout: limit))
                                return nil
                            } catch {
                                return (error as? ResilientError)?.code
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(codes.allSatisfy { $0 == .attemptTimeout })
                try await harness.server.waitForNoConnections()
            }
        }
    }
}
#endif
