import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct TotalDeadlineTests {
    private func failure(
        _ transport: MockTransport,
        attempt: Duration? = nil,
        total: Duration = .seconds(10),
        change: @escaping @Sendable (inout Dependencies) -> Void = { _ in },
        endingAt end: Duration = .seconds(10)
    ) throws -> ResilientError {
        let configuration = AttemptTimeoutTests.configuration(attempt: attempt, total: total)
        let (result, moved) = try simulate(configuration, transport: transport, change: change) { client, simulation in
            let then = simulation.clock.now
            let error = await resilientError { try await client.get("https://example.com/") }
            return (error, simulation.clock.now - then)
        }
        #expect(moved == end)
        return try #require(result)
    }

    @Test(arguments: [false, true])
    func theTotalBoundsTheAttempt(isDeaf: Bool) throws {
        let error = try failure(MockTransport(.hang, isDeaf: isDeaf))
        #expect(error.code == .deadlineExceeded)
        #expect(error.reachedServer == .maybe)
        #expect(error.attempts.count == 1)
    }

    @Test(arguments: [false, true])
    func theTotalBoundsTheBody(isDeaf: Bool) throws {
        let chunks = Array(repeating: Data("x".utf8), count: 100)
        let error = try failure(MockTransport(.stream(chunks, interval: .seconds(3)), isDeaf: isDeaf))
        #expect(error.code == .deadlineExceeded)
    }

    @Test func theTotalBoundsTheAttemptsTogether() throws {
        // 4 s + 1 s, 4 s + 1 s: the third attempt would begin at the deadline.
        let error = try failure(MockTransport(.hang), attempt: .seconds(4), endingAt: .seconds(9))
        #expect(error.code == .attemptTimeout)
        #expect(error.attempts.count == 2)
        // With another half second the third attempt gets just that.
        let last = try failure(
            MockTransport(.hang),
            attempt: .seconds(4),
            total: .milliseconds(10_500),
            endingAt: .milliseconds(10_500)
        )
        #expect(last.code == .deadlineExceeded)
        #expect(last.attempts.map(\.duration) == [.seconds(4), .seconds(4), .milliseconds(500)])
    }

    @Test(arguments: [false, true])
    func ofTwoTimeoutsAtTheSameTimeTheAttemptsIsNamed(isDeaf: Bool) throws {
        let error = try failure(MockTransport(.hang, isDeaf: isDeaf), attempt: .seconds(10))
        #expect(error.code == .attemptTimeout)
        #expect(error.attempts.count == 1)
    }

    @Test func theTotalIsNeutralToTheBudget() throws {
        let transport = MockTransport(.status(503), .hang)
        let configuration = AttemptTimeoutTests.configuration(attempt: nil, total: .seconds(10))
        let left = try simulate(configuration, transport: transport) { client, _ in
            _ = await resilientError { try await client.get("https://example.com/") }
            return client.retryBudgetLeft
        }
        #expect(transport.requestCount == 2)
        #expect(left == 500)
    }

    @Test func aRefreshOfCredentialsIsBoundedToo() throws {
        let error = try failure(MockTransport(.status(503), .status(401))) {
            $0.refreshCredentials = { request, _, context in
                // As deaf as code can be.
                let shot = OneShot<Void>()
                _ = context.runtime.schedule(at: context.runtime.now + .seconds(99)) { shot.resolve(.success(())) }
                try await shot.value()
                return request
            }
        }
        #expect(error.code == .deadlineExceeded)
        #expect(error.reachedServer == .yes)
    }

    @Test func aCustomStagesWaitIsBounded() throws {
        struct Wait: Middleware {
            let duration: Duration

            func intercept(
                _ request: ClientRequest,
                context: RequestContext,
                next: Next
            ) async throws -> ClientResponse {
                try await context.sleep(for: duration)
                return try await next(request, context: context)
            }
        }
        for duration in [Duration.seconds(11), .seconds(1_000_000_000_000_000_000)] {
            let transport = MockTransport()
            let error = try failure(transport) {
                $0.stages = [CustomStage(.init(rawValue: "wait"), Wait(duration: duration), at: .after(.deadline))]
            }
            #expect(error.code == .deadlineExceeded)
            #expect(error.reachedServer == .no)
            #expect(transport.requestCount == 0)
        }
    }

    @Test func aRequestThatAnEarlierAttemptMayHaveDeliveredIsNeverCalledUnsent() throws {
        // Each error of a last attempt that was not sent, after one that may have been carried out.
        for first in [MockAnswer.status(503), .connectionLost()] {
            let error = try failure(MockTransport(first, .connectFailed), endingAt: .seconds(2))
            #expect(error.code == .connectFailed)
            #expect(error.attempts.count == 3)
            #expect(error.reachedServer != .no)
        }
        let unsent = try failure(MockTransport(.connectFailed), endingAt: .seconds(2))
        #expect(unsent.reachedServer == .no)
    }

    @Test(arguments: [Configuration.passthrough, .recommended])
    func aCallsOwnTotalCountsAlsoWhereTheClientHasNone(configuration: Configuration) throws {
        for isDeaf in [false, true] {
            let error = try #require(throws: ResilientError.self) {
                try simulate(configuration, transport: MockTransport(.hang, isDeaf: isDeaf)) { client, _ in
                    try await client.get("https://example.com/", options: .init(totalTimeout: .seconds(3)))
                }
            }
            #expect(error.code == .deadlineExceeded)
            #expect(error.message.contains("3.0 s"))
        }
    }

    @Test func theDeadlineThatTheTransportSeesIsTheTightest() throws {
        let transport = MockTransport()
        let configuration = AttemptTimeoutTests.configuration(attempt: .seconds(4), total: .seconds(10))
        let start = try simulate(configuration, transport: transport) { client, simulation in
            let start = simulation.clock.now
            _ = try await client.get("https://example.com/")
            let options = RequestOptions(totalTimeout: .seconds(2))
            _ = try await client.get("https://example.com/", options: options)
            return start
        }
        #expect(
            transport.requests.map(\.deadline) == [
                Deadline(start + .seconds(4), kind: .attempt, timeout: .seconds(4)),
                Deadline(start + .seconds(2), kind: .total, timeout: .seconds(2)),
            ]
        )
    }
}
