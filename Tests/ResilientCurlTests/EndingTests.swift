#if os(Linux)
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Cancellation from any thread and at any moment, and the shutdown.
    @Suite(.timeLimit(.minutes(1)))
    struct EndingTests {
        @Test func cancellationsAtAnyMomentLeaveNothing() async throws {
            try await CurlHarness.run { (harness) async throws in
                harness.server.script("/", [.random(bytes: 30_000)])
                harness.server.script("/hang", [.hang])
                let random = SeededRandomSource(seed: 11)
                let ended = await withTaskGroup(of: Int.self) { group in
                    for lane in 0..<16 {
                        group.addTask {
                            var ended = 0
                            for number in 0..<60 {
                                let path = (number + lane) % 4 == 0 ? "/hang" : "/"
                                let (pause, isStream) = (random.next() % 8_000, random.next() % 2 == 0)
                                if await Self.cancelled(harness, after: pause, path: path, isStream) { ended += 1 }
                            }
                            return ended
                        }
                    }
                    return await group.reduce(0, +)
                }
                #expect(ended > 0)
                #expect(harness.client.callsInFlight == 0)
                #expect(try await harness.send().data.count == 30_000)
            }
        }

        /// Whether it had an answer before it was cancelled. Nothing else may come of it.
        private static func cancelled(
            _ harness: CurlHarness,
            after microseconds: UInt64,
            path: String,
            _ isStream: Bool
        ) async -> Bool {
            let task = Task {
                guard isStream else { return try await harness.send(.get, path).data.count }
                return try await harness.client.stream(harness.request(.get, path)).collect().count
            }
            try? await Task.sleep(for: .microseconds(Int64(microseconds)))
            task.cancel()
            switch await task.result {
            case .success(let count):
                #expect(count == 30_000)
                return true
            case .failure(let error):
                #expect(error is CancellationError, "\(error)")
                return false
            }
        }

        @Test func aShutdownEndsWhatIsUnderWay() async throws {
            try await FaultServer.withServer { server in
                server.script("/", [.hang])
                server.script("/stream", [.stream([.text("begun")], ending: .hang)])
                let transport = try CurlTransport()
                var dependencies = Dependencies(transport: transport)
                dependencies.ownsTransport = false
                let client = try ResilientClient(.passthrough, dependencies: dependencies)
                let calls = (0..<8).map { _ in Task { try await client.send(ClientRequest(url: server.url)) } }
                let stream = try await client.stream(ClientRequest(url: server.url.appending(path: "stream")))
                try await server.waitFor(completeRequests: 9)
                await transport.shutdown()
                for call in calls {
                    let error = await #expect(throws: ResilientError.self) { try await call.value }
                    #expect(error?.code == .clientClosed)
                    #expect(error?.reachedServer == .maybe)
                }
                let error = await #expect(throws: ResilientError.self) { try await stream.collect() }
                #expect(error?.code == .clientClosed)
                let late = await #expect(throws: ResilientError.self) {
                    try await client.send(ClientRequest(url: server.url))
                }
                #expect(late?.code == .clientClosed)
                #expect(late?.reachedServer == .no)
                try await server.waitForNoConnections()
                await client.shutdown()
            }
        }

        @Test func shutdownsMeetStartsAtAnyMoment() async throws {
            try await FaultServer.withServer { server in
                server.script("/", [.ok])
                for round in 0..<50 {
                    let transport = try CurlTransport()
                    let client = try ResilientClient(.passthrough, dependencies: Dependencies(transport: transport))
                    let calls = (0..<8).map { _ in Task { try await client.send(ClientRequest(url: server.url)) } }
                    if round % 2 == 0 { try await Task.sleep(for: .microseconds(40 * round)) }
                    await transport.shutdown()
                    for call in calls {
                        do {
                            #expect(try await call.value.text == "ok")
                        } catch let error as ResilientError {
                            #expect(error.code == .clientClosed)
                        }
                    }
                    await client.shutdown()
                }
                try await server.waitForNoConnections()
            }
        }

        @Test func aTransportThatIsLetGoOfEndsItself() async throws {
            try await FaultServer.withServer { server in
                server.script("/", [.ok])
                do {
                    var dependencies = Dependencies(transport: try CurlTransport())
                    dependencies.ownsTransport = false
                    let client = try ResilientClient(.passthrough, dependencies: dependencies)
                    #expect(try await client.send(ClientRequest(url: server.url)).text == "ok")
                    await client.shutdown()
                }
                try await server.waitForNoConnections()
            }
        }
    }
}
#endif
