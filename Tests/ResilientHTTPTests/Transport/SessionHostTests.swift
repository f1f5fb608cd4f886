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
    @Suite(.timeLimit(.minutes(1)))
    struct SessionHostTests {
        /// Rule 16, and that an error which says "not sent" keeps its promise: what ended in our queue never starts.
        @Test func whatEndsBeforeItsTurnIsNotSent() async throws {
            try await SocketHarness.urlSession { harness in
                let queue = DispatchQueue(label: "test", attributes: .initiallyInactive)
                let host = SessionHost(.ephemeral, queue: queue)
                let limiter = ConnectionLimiter(total: 9, perOrigin: 9)
                let context = harness.context()
                var exchanges: [Exchange] = []
                for path in ["/never", "/sent"] {
                    let request = ClientRequest(url: harness.url(path))
                    let origin = try #require(request.origin)
                    let exchange = Exchange(
                        try OutgoingRequest(request, collected: nil, context: context),
                        context: context,
                        place: try await limiter.acquire(origin, context: context),
                        host: host
                    )
                    host.start(exchange)
                    exchanges.append(exchange)
                }
                exchanges[0].fail(CancellationError())
                queue.activate()
                #expect(try await exchanges[1].result.value().status == 200)
                await #expect(throws: CancellationError.self) { try await exchanges[0].result.value() }
                #expect(harness.server.requests.map(\.path) == ["/sent"])
                host.finish()
                try await harness.until { limiter.counts.used == 0 }
            }
        }
    }
}
