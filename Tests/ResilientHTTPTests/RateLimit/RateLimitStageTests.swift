import Foundation
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

@testable import ResilientHTTP

@Suite struct RateLimitStageTests {
    /// Adds the stage at its place.
    @Sendable private static func add(
        _ limits: [RateLimitConfiguration.Name: RateLimit],
        to dependencies: inout Dependencies,
        waiting: RateLimitWaiting = .wait,
        innermost: (any Middleware)? = nil,
        estimate: RateLimitStage.CostEstimate? = nil,
        actualCost: RateLimitStage.ActualCost? = nil,
        isRefusedNow: RateLimitStage.Objection? = nil
    ) -> RateLimiter? {
        guard
            let limiter = try? RateLimiter(
                RateLimitConfiguration(limits, onLimit: waiting),
                runtime: dependencies.runtime
            )
        else { return nil }
        let stage = RateLimitStage(
            limiter,
            estimate: estimate,
            actualCost: actualCost,
            isRefusedNow: isRefusedNow
        )
        // Built by hand, because some tests put a breaker of their own behind it.
        dependencies.stages.append(CustomStage(.init(rawValue: "limits"), stage, at: .after(.rateLimit)))
        if let innermost {
            dependencies.stages.append(CustomStage(.init(rawValue: "inner"), innermost, at: .innermost))
        }
        return limiter
    }

    /// Keeps what `change` makes until the call is over.
    private final class Holder: Sendable {
        let limiter = Mutex<RateLimiter?>(nil)
        var status: [RateLimitStatus] { limiter.withLock { $0 }?.status() ?? [] }
    }

    @Test func everyAttemptTakesAndTheWireSeesNoMoreThanTheLimit() throws {
        let transport = MockTransport(.status(503))
        try simulate(
            Configuration().with {
                $0.retry = RetryConfiguration(maxAttempts: 4, backoff: .constant(.milliseconds(1), jitter: .none))
            },
            transport: transport,
            change: { _ = Self.add(["a": RateLimit(requests: 2, per: .seconds(10))], to: &$0) }
        ) { client, simulation in
            let began = simulation.runtime.now
            let response = try await client.send(ClientRequest(url: .example()))
            #expect(response.attempts.count == 4)
            // Two at once, and one each when the first two, a millisecond apart, have left the window.
            #expect(simulation.runtime.now - began == .seconds(10) + .milliseconds(1))
            let waits = response.explanation.decisions.filter { $0.stage == .rateLimit && $0.outcome.delay != nil }
            #expect(waits.count == 1)
            #expect(waits.first?.outcome.delaySource == .limit)
            #expect(waits.first?.outcome.left == 0)
            #expect(waits.first?.description.contains("'a' of 2 requests per 10.0 s") == true)
            // The wait is part of the attempt's delay.
            #expect(response.attempts[2].delay > .seconds(9))
        }
        #expect(transport.requestCount == 4)
    }

    @Test func aRefusalSaysWhenToComeBackAndSendsNothing() throws {
        let transport = MockTransport(.ok)
        try simulate(
            Configuration().with { $0.retry = nil },
            transport: transport,
            change: { _ = Self.add(["a": RateLimit(requests: 1, per: .seconds(10))], to: &$0, waiting: .fail) }
        ) { client, simulation in
            _ = try await client.get("https://example.com/")
            let error = await resilientError { try await client.get("https://example.com/") }
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(10))
            #expect(error?.reachedServer == .no)
            #expect(error?.attempts.isEmpty == true)
            #expect(error?.explanation.description.contains("rate_limit: ended") == true)
        }
        #expect(transport.requestCount == 1)
    }

    @Test func aWaitThatDoesNotFitTheTotalTimeoutFailsAtOnce() throws {
        try simulate(
            Configuration().with {
                $0.retry = nil
                $0.timeouts.total = .seconds(5)
            },
            change: { _ = Self.add(["a": RateLimit(requests: 1, per: .seconds(10))], to: &$0) }
        ) { client, simulation in
            _ = try await client.get("https://example.com/")
            let began = simulation.runtime.now
            let error = await resilientError { try await client.get("https://example.com/") }
            #expect(error?.code == .rateLimited)
            #expect(simulation.runtime.now == began)
        }
    }

    /// A stage further in that refuses without sending.
    private struct Refuse: Middleware {
        let code: ResilientError.Code
        let reached: ResilientError.ReachedServer?

        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            throw ResilientError(code, "refused", reachedServer: reached)
        }
    }

    @Test(arguments: [
        (ResilientError.Code.circuitOpen, ResilientError.ReachedServer.no, 3), (.queueFull, .no, 3), (.shed, .no, 3),
        (.resourcesExhausted, .no, 3), (.connectFailed, .no, 2), (.connectionLost, .maybe, 2),
        (.protocolError, .yes, 2),
    ])
    func whatWasNeverSentIsGivenBack(
        _ code: ResilientError.Code,
        _ reached: ResilientError.ReachedServer,
        _ left: Int
    ) throws {
        let holder = Holder()
        try simulate(
            Configuration().with { $0.retry = nil },
            change: { dependencies in
                let limiter = Self.add(
                    ["a": RateLimit(requests: 3, per: .seconds(10))],
                    to: &dependencies,
                    innermost: Refuse(code: code, reached: reached)
                )
                holder.limiter.withLock { $0 = limiter }
            }
        ) { client, _ in
            #expect(await resilientError { try await client.get("https://example.com/") }?.code == code)
            #expect(holder.status.first?.remaining == left)
        }
    }

    @Test func aCancelledWaitGivesBackAndACancelledExchangeDoesNot() throws {
        let holder = Holder()
        try simulate(
            Configuration().with { $0.retry = nil },
            transport: MockTransport(.hang),
            change: { dependencies in
                let limiter = Self.add(["a": RateLimit(requests: 1, per: .seconds(10))], to: &dependencies)
                holder.limiter.withLock { $0 = limiter }
            }
        ) { client, simulation in
            let sent = simulation.start { try await client.get("https://example.com/") }
            try await simulation.sleep(for: .seconds(1))
            let waiting = simulation.start { try await client.get("https://example.com/") }
            try await simulation.sleep(for: .seconds(1))
            #expect(holder.status.first?.waiting == 1)
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(holder.status.first?.waiting == 0)
            sent.cancel()
            await #expect(throws: CancellationError.self) { try await sent.value }
            // The server may have counted it.
            #expect(holder.status.first?.remaining == 0)
        }
    }

    /// A stage between the limiter and the wire that takes its time.
    private struct Pause: Middleware {
        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            try await context.sleep(for: .seconds(5))
            return try await next(request, context: context)
        }
    }

    @Test func cancelledBeforeItWasSentItGivesBack() throws {
        let holder = Holder()
        try simulate(
            Configuration().with { $0.retry = nil },
            change: { dependencies in
                let limiter = Self.add(
                    ["a": RateLimit(requests: 3, per: .seconds(10))],
                    to: &dependencies,
                    innermost: Pause()
                )
                holder.limiter.withLock { $0 = limiter }
            }
        ) { client, simulation in
            let call = simulation.start { try await client.get("https://example.com/") }
            try await simulation.sleep(for: .seconds(1))
            #expect(holder.status.first?.remaining == 2)
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            #expect(holder.status.first?.remaining == 3)
        }
    }

    @Test func shutdownEndsTheWait() throws {
        try simulate(
            Configuration().with { $0.retry = nil },
            change: { _ = Self.add(["a": RateLimit(requests: 1, per: .seconds(10))], to: &$0) }
        ) { client, simulation in
            _ = try await client.get("https://example.com/")
            let waiting = simulation.start { try await client.get("https://example.com/") }
            try await simulation.sleep(for: .seconds(1))
            await client.shutdown(grace: .zero)
            #expect(await resilientError { try await waiting.value }?.code == .clientClosed)
        }
    }

    @Test func anOpenBreakerEndsTheWaitWithNothingSpent() throws {
        let isOpen = Mutex(false)
        let holder = Holder()
        let transport = MockTransport(.ok)
        try simulate(
            Configuration().with { $0.retry = nil },
            transport: transport,
            change: { dependencies in
                let limiter = Self.add(
                    ["a": RateLimit(requests: 1, per: .seconds(10))],
                    to: &dependencies,
                    isRefusedNow: { _, _ in
                        isOpen.withLock { $0 } ? ResilientError(.circuitOpen, "open", reachedServer: .no) : nil
                    }
                )
                holder.limiter.withLock { $0 = limiter }
            }
        ) { client, simulation in
            _ = try await client.get("https://example.com/")
            let waiting = simulation.start { try await client.get("https://example.com/") }
            try await simulation.sleep(for: .seconds(1))
            isOpen.withLock { $0 = true }
            let began = simulation.runtime.now
            // Before the wait: at once.
            #expect(await resilientError { try await client.get("https://example.com/") }?.code == .circuitOpen)
            #expect(simulation.runtime.now == began)
            // On waking: what it got is given back.
            #expect(await resilientError { try await waiting.value }?.code == .circuitOpen)
            #expect(simulation.runtime.now == began + .seconds(9))
            #expect(holder.status.first?.remaining == 1)
        }
        #expect(transport.requestCount == 1)
    }

    @Test(arguments: [false, true])
    func anOpeningBreakerEndsTheWaitsAtOnceAndNothingIsSpent(isShared: Bool) throws {
        let transport = MockTransport(.ok)
        let configuration = Configuration.recommended.with {
            $0.retry = nil
            $0.rateLimit = RateLimitConfiguration(["a": RateLimit(requests: 1, per: .seconds(10))])
        }
        try simulate(
            configuration,
            transport: transport,
            change: { if isShared { $0.rateLimitStore = InMemoryRateLimitStore(runtime: $0.runtime) } }
        ) { client, simulation in
            func get(_ options: RequestOptions = RequestOptions()) -> Task<ClientResponse, any Error> {
                simulation.start { try await client.get("https://example.com/", options: options) }
            }
            _ = try await get().value
            let limiter = try #require(client.rateLimiter)
            let waiting = (0..<3).map { _ in get() }
            let bypassing = get(RequestOptions(bypassesBreaker: true))
            try await simulation.sleep(for: .seconds(1))
            #expect(limiter.waiting == 4)
            let breaker = try #require(client.circuitBreakers?.breakers.values.first)
            #expect(breaker.watchCount == 3)
            let began = simulation.runtime.now
            breaker.forceOpen()
            for task in waiting {
                let error = await resilientError { try await task.value }
                #expect(error?.code == .circuitOpen)
                #expect(error?.attempts.isEmpty == true)
                #expect(error?.explanation.description.contains("rate_limit: ended") == true)
            }
            // At once, and whoever the breaker does not concern waits on, and has the next turn.
            #expect(simulation.runtime.now == began)
            #expect(limiter.waiting == 1)
            _ = try await bypassing.value
            if !isShared {
                #expect(simulation.runtime.now == began + .seconds(9))
                #expect(limiter.totals.granted == 2)
            }
            #expect(breaker.watchCount == 0)
            #expect(breaker.status.inFlight == 0)
            #expect(breaker.status.rejectedCount == 3)
        }
        #expect(transport.requestCount == 2)
    }

    @Test func oneCallsRetryAfterHoldsUpTheOthers() throws {
        let transport = MockTransport(.status(429, headers: [.retryAfter: "7"]), .ok)
        try simulate(
            Configuration().with { $0.retry = nil },
            transport: transport,
            change: { _ = Self.add([:], to: &$0) }
        ) { client, simulation in
            let began = simulation.runtime.now
            _ = try await client.send(ClientRequest(url: .example()))
            let response = try await client.get("https://example.com/other")
            #expect(simulation.runtime.now - began == .seconds(7))
            let wait = response.explanation.decisions.first { $0.outcome.delay != nil }
            #expect(wait?.outcome.delaySource == .server)
            // Another origin is not concerned.
            let then = simulation.runtime.now
            _ = try await client.get("https://other.example/")
            #expect(simulation.runtime.now == then)
        }
    }

    @Test func theCostIsEstimatedBeforeAndPutRightAfter() throws {
        let holder = Holder()
        try simulate(
            Configuration().with { $0.retry = nil },
            transport: MockTransport(.status(200, headers: [.age: "30"])),
            change: { dependencies in
                let limiter = Self.add(
                    ["tokens": RateLimit(cost: 100, per: .seconds(60))],
                    to: &dependencies,
                    estimate: { request, _ in request.url.path == "/huge" ? 101 : 50 },
                    actualCost: { response, _ in response.headers[.age].flatMap { Int($0) } }
                )
                holder.limiter.withLock { $0 = limiter }
            }
        ) { client, _ in
            _ = try await client.get("https://example.com/")
            #expect(holder.status.first?.remaining == 70)
            let error = await resilientError { try await client.get("https://example.com/huge") }
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == nil)
        }
    }

    @Test func eachCredentialHasItsOwn() throws {
        try simulate(
            Configuration().with { $0.retry = nil },
            change: {
                _ = Self.add(
                    ["a": RateLimit(requests: 1, per: .seconds(10), scope: .credential)],
                    to: &$0,
                    waiting: .fail
                )
            }
        ) { client, _ in
            func call(_ token: String, tenant: String? = nil) async -> ResilientError.Code? {
                await resilientError {
                    try await client.send(
                        ClientRequest(url: .example(), headers: [.authorization: "Bearer \(token)"]),
                        options: RequestOptions(tenant: tenant)
                    )
                }?.code
            }
            #expect(await call("aaaaaaaa") == nil)
            #expect(await call("aaaaaaaa") == .rateLimited)
            #expect(await call("bbbbbbbb") == nil)
            #expect(await call("aaaaaaaa", tenant: "t") == nil)
        }
    }
}

extension OverRealSockets {
    @Suite(.timeLimit(.minutes(1)))
    struct RateLimitSocketTests {
        @Test func theServerSeesNoMoreThanTheLimit() async throws {
            try await FaultServer.withServer { server in
                server.script("/limited", [.ok])
                let configuration = Configuration().with {
                    $0.rateLimit = RateLimitConfiguration(
                        ["a": RateLimit(requests: 3, per: .seconds(3600))],
                        onLimit: .fail
                    )
                }
                let url = server.url.appending(path: "limited")
                let codes = try await withResilientClient(configuration, dependencies: .live()) { client in
                    await withTaskGroup(of: ResilientError.Code?.self) { group in
                        for _ in 0..<10 {
                            group.addTask {
                                await resilientError { try await client.send(ClientRequest(url: url)) }?.code
                            }
                        }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                }
                #expect(codes.filter { $0 == nil }.count == 3)
                #expect(codes.filter { $0 == .rateLimited }.count == 7)
                #expect(server.completeRequests(path: "/limited") == 3)
            }
        }

        @Test func theServersWordKeepsTheOthersOffTheWire() async throws {
            try await FaultServer.withServer { server in
                server.script(
                    "/quota",
                    [.status(200, headers: ["RateLimit": "\"q\";r=2;t=60", "RateLimit-Policy": "\"q\";q=100;w=60"])]
                )
                let configuration = Configuration().with {
                    $0.rateLimit = RateLimitConfiguration(
                        ["a": RateLimit(requests: 100, per: .seconds(60))],
                        onLimit: .fail
                    )
                }
                let url = server.url.appending(path: "quota")
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    for _ in 0..<3 { _ = try await client.send(ClientRequest(url: url)) }
                    let error = await resilientError { try await client.send(ClientRequest(url: url)) }
                    #expect(error?.code == .rateLimited)
                }
                #expect(server.completeRequests(path: "/quota") == 3)
            }
        }
    }
}
