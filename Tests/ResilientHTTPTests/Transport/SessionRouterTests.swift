import Dispatch
import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension OverRealSockets {
    /// An origin whose connection has died gets a fresh session, and costs the others nothing.
    @Suite(.timeLimit(.minutes(1)))
    struct SessionRouterTests {
        private func origin(_ harness: SocketHarness) throws -> Origin {
            try #require(harness.request().origin)
        }

        @Test func theOriginHasAFreshConnectionAndTheOldOneEndsWithItsRequests() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.ok])
                harness.server.script("/slow", [.stream([.text("a"), .pause(.milliseconds(300)), .text("b")])])
                let (router, origin) = (try #require(harness.urlSession?.router), try origin(harness))
                let now = harness.runtime.now
                _ = try await harness.send()
                let common = router.host(for: origin)
                router.leave(common, for: origin, at: now)
                common.endUse()
                _ = try await harness.send()
                #expect(harness.server.counters.accepted == 2)

                // What is under way on a session that is left comes to its end there.
                let slow = harness.start(.get, "/slow")
                try await harness.server.waitFor(completeRequests: 1, path: "/slow")
                let own = router.host(for: origin)
                router.leave(own, for: origin, at: now + .seconds(11))
                own.endUse()
                #expect(try await harness.send().text == "ok")
                #expect(try await slow.value.text == "ab")
                #expect(harness.server.counters.accepted == 3)
                // The common session's, and the newest.
                try await harness.until { harness.server.counters.open == 2 }
            }
        }

        @Test func descriptorsDoNotPileUp() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.ok])
                let (router, origin) = (try #require(harness.urlSession?.router), try origin(harness))
                var now = harness.runtime.now
                for _ in 0..<30 {
                    now = now + .seconds(11)
                    _ = try await harness.send()
                    let host = router.host(for: origin)
                    router.leave(host, for: origin, at: now)
                    host.endUse()
                }
                #expect(harness.server.counters.accepted == 30)
                try await harness.until { SocketTable.openSockets(to: harness.server.port) <= 2 }
                #expect(router.ownCount == 1)
            }
        }

        /// Ten seconds an origin, and so many origins.
        @Test func replacementsAreFewAndOthersAreLeftAlone() {
            let queue = DispatchQueue(label: "test")
            let router = SessionRouter { SessionHost(.ephemeral, queue: queue) }
            defer { router.finish() }
            let (a, b) = (Origin(scheme: "https", host: "a"), Origin(scheme: "https", host: "b"))
            let common = router.host(for: a)
            #expect(router.host(for: b) === common)
            var now = MonotonicTime(nanoseconds: 0)
            router.leave(common, for: a, at: now)
            let own = router.host(for: a)
            #expect(own !== common && router.host(for: b) === common)
            // A request that was still on the common session ends, and one on the fresh session too soon.
            router.leave(common, for: a, at: now + .seconds(60))
            router.leave(own, for: a, at: now + .seconds(9))
            #expect(router.host(for: a) === own)
            router.leave(own, for: a, at: now + .seconds(10))
            #expect(router.host(for: a) !== own)

            for number in 0..<100 {
                now = now + .milliseconds(1)
                router.leave(common, for: Origin(scheme: "https", host: "h\(number)"), at: now)
            }
            #expect(router.ownCount == SessionRouter.limit)
            #expect(router.host(for: Origin(scheme: "https", host: "h99")) === common)
            router.leave(common, for: b, at: now + .seconds(30))
            #expect(router.ownCount == SessionRouter.limit)
            #expect(router.host(for: b) !== common)
        }

        /// A long poll that runs into its timeout while others are answered is no silence.
        @Test func aTimeoutBesideOtherTrafficChangesNothing() async throws {
            try await SocketHarness.urlSession { harness in
                let queue = DispatchQueue(label: "test")
                let router = SessionRouter { SessionHost(.ephemeral, queue: queue) }
                let limiter = ConnectionLimiter(total: 9, perOrigin: 9)
                harness.server.script("/poll", [.hang])
                for isAlone in [false, true] {
                    var context = harness.context()
                    let poll = try await exchange("/poll", harness, limiter, router, &context, .milliseconds(150))
                    poll.start()
                    try await harness.server.waitFor(completeRequests: isAlone ? 2 : 1, path: "/poll")
                    if !isAlone {
                        var other = harness.context()
                        let quick = try await exchange("/", harness, limiter, router, &other, .seconds(10))
                        quick.start()
                        #expect(try await quick.result.value().status == 200)
                    }
                    let error = await resilientError { try await poll.result.value() }
                    #expect(error?.code == .attemptTimeout)
                    try await harness.until { limiter.counts.used == 0 }
                    #expect(router.ownCount == (isAlone ? 1 : 0))
                }
                router.finish()
            }
        }

        private func exchange(
            _ path: String,
            _ harness: SocketHarness,
            _ limiter: ConnectionLimiter,
            _ router: SessionRouter,
            _ context: inout RequestContext,
            _ timeout: Duration
        ) async throws -> Exchange {
            let origin = try origin(harness)
            context.tighten(Deadline(harness.runtime.now + timeout, kind: .attempt, timeout: timeout))
            return Exchange(
                try OutgoingRequest(harness.request(.get, path), collected: nil, context: context),
                context: context,
                place: try await limiter.acquire(origin, context: context),
                host: router.host(for: origin),
                router: router
            )
        }
    }
}
