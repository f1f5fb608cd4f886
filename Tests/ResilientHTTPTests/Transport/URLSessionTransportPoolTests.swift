import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

extension OverRealSockets {
    /// Rule 7 and the life of connections: reuse, limits, shutdown.
    @Suite(.timeLimit(.minutes(1)))
    struct URLSessionTransportPoolTests {
        @Test func connectionsAreReused() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.ok])
                for _ in 0..<50 {
                    let response = try await harness.send()
                    #expect(response.text == "ok")
                }
                for _ in 0..<50 {
                    let response = try await harness.send(.post, body: .text("x"))
                    #expect(response.text == "ok")
                }
                #expect(harness.server.counters.accepted == 1)
                #expect(harness.server.counters.requests == 100)
            }
        }

        @Test func aBurstIsServedInFull() async throws {
            var pool = PoolConfiguration()
            pool.maxConnections = 8
            try await SocketHarness.urlSession(pool: pool) { harness in
                harness.server.script(default: [.ok.delayed(.milliseconds(2))])
                await withTaskGroup { group in
                    for _ in 0..<200 {
                        group.addTask { _ = await #expect(throws: Never.self) { try await harness.send() } }
                    }
                }
                // curl closes some of the idle ones when many requests end at once, so this is no count of the limit.
                #expect(harness.server.counters.accepted < 100)
                #expect(harness.server.counters.requests == 200)
            }
        }

        @Test func moreThanSixGoToOneHostAtOnce() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script(default: [.hang])
                let tasks = (0..<20).map { _ in harness.start() }
                try await harness.server.waitFor(completeRequests: 20)
                for task in tasks { task.cancel() }
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func theLimitsHoldInTotalAndForEachHost() async throws {
            var pool = PoolConfiguration()
            pool.maxConnections = 3
            pool.maxPerHost = 2
            try await SocketHarness.urlSession(pool: pool) { harness in
                harness.server.script(default: [.hang])
                let other = ClientRequest(url: harness.server.alternateURL)
                var tasks = (0..<4).map { _ in harness.start() }
                try await harness.until { harness.urlSession?.placesWaitedFor == 2 }
                tasks += (0..<4).map { _ in Task { try await harness.client.send(other) } }
                // The first host's waiters hold up nobody: the third place goes to the other host.
                try await harness.until { harness.urlSession?.placesWaitedFor == 5 }
                try await harness.server.waitFor(completeRequests: 3)
                #expect(harness.server.counters.open == 3)
                #expect(harness.server.requests.filter { $0.port == harness.server.port }.count == 2)
                for task in tasks {
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                }
                try await harness.until { harness.urlSession?.placesTaken == 0 }
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func shutdownClosesIdleConnections() async throws {
            try await SocketHarness.urlSession { harness in
                await withTaskGroup { group in
                    for _ in 0..<10 { group.addTask { _ = try? await harness.send() } }
                }
                #expect(harness.server.counters.open > 0)
                await harness.client.shutdown()
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func shutdownEndsWhatIsUnderWay() async throws {
            var pool = PoolConfiguration()
            pool.maxConnections = 2
            try await SocketHarness.urlSession(pool: pool) { harness in
                harness.server.script(default: [.hang])
                // One with a body, one on a session of its own, one that waits.
                let tasks = [harness.start(), harness.start(.post), harness.start()]
                try await harness.server.waitFor(completeRequests: 2)
                try await harness.until { harness.urlSession?.placesWaitedFor == 1 }
                await harness.transport.shutdown()
                for task in tasks {
                    let error = await #expect(throws: ResilientError.self) { try await task.value }
                    #expect(error?.code == .clientClosed)
                }
                #expect(try await harness.failure().code == .clientClosed)
                #expect(try await harness.failure(.post).code == .clientClosed)
                try await harness.server.waitForNoConnections()
                await harness.transport.shutdown()
            }
        }

        @Test func droppingATransportClosesItsConnections() async throws {
            try await FaultServer.withServer { server in
                weak var dropped: URLSessionTransport?
                do {
                    let transport = URLSessionTransport()
                    dropped = transport
                    let call = CallRecord(
                        requestID: RequestID(high: 0, low: 0),
                        options: RequestOptions(),
                        runtime: ClientRuntime()
                    )
                    let context = RequestContext(call: call, body: .bytes(limit: .max))
                    #expect(try await transport.send(ClientRequest(url: server.url), context: context).status == 200)
                    #expect(server.counters.open == 1)
                }
                #expect(dropped == nil)
                try await server.waitForNoConnections()
            }
        }
    }
}
