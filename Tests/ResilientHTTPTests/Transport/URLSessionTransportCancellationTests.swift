import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

extension OverRealSockets {
    /// Rules 1, 4 and 16: cancellation ends the caller at once and frees the connection.
    @Suite(.timeLimit(.minutes(1)))
    struct URLSessionTransportCancellationTests {
        private static let places: [(String, FaultServer.Behaviour)] = [
            ("before the head", .hang), ("in the body", .stream([.text("a")], ending: .hang)),
            ("between drops", .drip(Data(repeating: 0, count: 100_000), every: .milliseconds(1))),
        ]

        @Test(arguments: places)
        func theConnectionIsFreed(_ place: (name: String, behaviour: FaultServer.Behaviour)) async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [place.behaviour])
                let task = harness.start()
                try await harness.server.waitFor(completeRequests: 1)
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await harness.server.waitForNoConnections()
                try await harness.until { harness.urlSession?.placesTaken == 0 }
                #expect(harness.server.counters.requests == 1)
            }
        }

        @Test func aTaskCancelledBeforehandSendsNothing() async throws {
            try await SocketHarness.urlSession { harness in
                let context = harness.context()
                let task = Task {
                    while !Task.isCancelled { await Task.yield() }
                    return try await harness.transport.send(ClientRequest(url: harness.url("/")), context: context)
                }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(harness.server.counters.accepted == 0)
            }
        }

        @Test func cancellingWhileWaitingForAPlaceLosesNoPlace() async throws {
            var pool = PoolConfiguration()
            pool.maxConnections = 1
            try await SocketHarness.urlSession(pool: pool) { harness in
                harness.server.script("/hang", [.hang])
                let first = harness.start(.get, "/hang")
                try await harness.server.waitFor(completeRequests: 1)
                let waiting = (0..<5).map { _ in harness.start(.get, "/never") }
                try await harness.until { harness.urlSession?.placesWaitedFor == 5 }
                for task in waiting {
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                }
                let last = harness.start(.get, "/last")
                try await harness.until { harness.urlSession?.placesWaitedFor == 1 }
                first.cancel()
                #expect(try await last.value.status == 200)
                #expect(harness.server.requests.map(\.path) == ["/hang", "/last"])
                try await harness.until { harness.urlSession?.placesTaken == 0 }
            }
        }

        @Test func aWaitForAPlaceThatOutlastsTheTimeoutIsALocalRefusal() async throws {
            var pool = PoolConfiguration()
            pool.maxConnections = 1
            try await SocketHarness.urlSession(pool: pool) { harness in
                harness.server.script("/hang", [.hang])
                let first = harness.start(.get, "/hang")
                try await harness.server.waitFor(completeRequests: 1)
                let full = try await harness.failure(options: .init(attemptTimeout: .milliseconds(20)))
                #expect(full.code == .queueFull)
                #expect(full.reachedServer == .no)
                let late = try await harness.failure(options: .init(totalTimeout: .milliseconds(20)))
                #expect(late.code == .deadlineExceeded)
                #expect(late.reachedServer == .no)
                first.cancel()
                #expect(try await harness.send().status == 200)
            }
        }

        @Test func redirectsAndChallengesRacingCancellationsDoNotTrap() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/302", [.redirect(to: .path("/"))])
                harness.server.script("/401", [.status(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""])])
                for round in 0..<300 {
                    let before = harness.server.counters.requests
                    let task = harness.start(.get, round.isMultiple(of: 2) ? "/302" : "/401")
                    if !round.isMultiple(of: 5) {
                        try await harness.until { harness.server.counters.requests > before }
                    }
                    for _ in 0..<(round % 40) { await Task.yield() }
                    task.cancel()
                    _ = await task.result
                }
                try await harness.until { harness.urlSession?.placesTaken == 0 }
            }
        }
    }
}
