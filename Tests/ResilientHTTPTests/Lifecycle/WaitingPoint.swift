import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// Where a call can be waiting when it is cancelled or its client is shut down. All wait three seconds after their
/// start, unless they wait for ever.
enum WaitingPoint: CaseIterable, CustomTestStringConvertible {
    case beforeSending
    case slowAnswer
    case noAnswer
    case body
    case backoff
    case retryAfter
    case secondAttempt
    case slowDeafTransport
    case silentDeafTransport
    case bodyOfDeafTransport
    case refreshOfCredentials
    case deafRefreshOfCredentials
    case refreshAfterARetry
    case sharedFlight

    var testDescription: String { "\(self)" }

    /// Whether it waits in a task beside the call, which may come to its end later than the call.
    var isBesideTheCall: Bool {
        switch self {
        case .slowDeafTransport, .silentDeafTransport, .bodyOfDeafTransport, .refreshOfCredentials,
            .deafRefreshOfCredentials, .refreshAfterARetry, .sharedFlight:
            true
        default:
            false
        }
    }

    /// What was sent by then.
    var sent: Int {
        switch self {
        case .beforeSending: 0
        case .secondAttempt, .refreshAfterARetry: 2
        default: 1
        }
    }

    var configuration: Configuration {
        Configuration().with {
            $0.retry = RetryConfiguration(maxAttempts: 3, backoff: .constant(.seconds(2), jitter: .none))
            $0.timeouts.attempt = .seconds(60)
            if self == .sharedFlight { $0.deduplication = DeduplicationConfiguration() }
        }
    }

    func makeTransport() -> MockTransport {
        switch self {
        case .beforeSending: MockTransport()
        case .slowAnswer: MockTransport(MockAnswer.ok.after(.seconds(10)))
        case .noAnswer, .sharedFlight: MockTransport(.hang)
        case .body: MockTransport(.stream([Data("a".utf8), Data("b".utf8)], interval: .seconds(2)))
        case .backoff: MockTransport(MockAnswer.status(503).after(.seconds(2)), .ok)
        case .retryAfter: MockTransport(.status(503, headers: [.retryAfter: "10"]), .ok)
        case .secondAttempt: MockTransport(.status(503), .hang)
        case .slowDeafTransport: MockTransport(MockAnswer.ok.after(.seconds(10)), isDeaf: true)
        case .silentDeafTransport: MockTransport(.hang, isDeaf: true)
        case .bodyOfDeafTransport: MockTransport(.stream([Data("a".utf8)], interval: .seconds(2)), isDeaf: true)
        case .refreshOfCredentials, .deafRefreshOfCredentials: MockTransport(.status(401), .ok)
        case .refreshAfterARetry: MockTransport(.status(503), .status(401), .ok)
        }
    }

    @Sendable func prepare(_ dependencies: inout Dependencies) {
        switch self {
        case .beforeSending:
            dependencies.stages = [CustomStage(.init(rawValue: "pause"), Pause(), at: .outermost)]
        case .refreshOfCredentials, .refreshAfterARetry:
            dependencies.refreshCredentials = { request, _, context in
                try await context.sleep(for: .seconds(10))
                return request
            }
        case .deafRefreshOfCredentials:
            dependencies.refreshCredentials = { request, _, context in
                let shot = OneShot<Void>()
                _ = context.runtime.schedule(at: context.runtime.now + .seconds(10)) { shot.resolve(.success(())) }
                try await shot.value()
                return request
            }
        default:
            break
        }
    }

    /// A custom stage that waits, such as a limiter.
    private struct Pause: Middleware {
        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            try await context.sleep(for: .seconds(10))
            return try await next(request, context: context)
        }
    }
}

/// How a call under test ended.
struct CallEnding: Sendable {
    let result: Result<ClientResponse, any Error>
    /// How far the clock moved between the interference and the end.
    let clockMoved: Duration
    let budgetLeft: Double?
    let callsInFlight: Int
    /// The timers that are still pending.
    let timersLeft: Int

    var error: ResilientError? {
        if case .failure(let error) = result { error as? ResilientError } else { nil }
    }

    var isCancelled: Bool {
        if case .failure(let error) = result { error is CancellationError } else { false }
    }
}

extension ResilientClient {
    /// Starts a call, lets three seconds pass, interferes, and tells how the call ended.
    func ending(
        _ simulation: Simulation,
        after delay: Duration = .seconds(3),
        interfering interfere: (Task<ClientResponse, any Error>) async throws -> Void
    ) async throws -> CallEnding {
        let call = simulation.start { try await self.send(ClientRequest(url: .example("a"))) }
        try await simulation.sleep(for: delay)
        let then = runtime.now
        try await interfere(call)
        let result = await call.result
        return CallEnding(
            result: result,
            clockMoved: runtime.now - then,
            budgetLeft: retryBudgetLeft,
            callsInFlight: callsInFlight,
            timersLeft: simulation.clock.pendingTimers
        )
    }
}
