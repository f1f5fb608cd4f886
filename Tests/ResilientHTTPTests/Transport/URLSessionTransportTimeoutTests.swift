import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

extension OverRealSockets {
    /// Rule 6: every deadline is our own, precise, and ends the caller at once.
    @Suite(.timeLimit(.minutes(1)))
    struct URLSessionTransportTimeoutTests {
        private func failure(
            _ harness: SocketHarness,
            _ options: RequestOptions,
            after timeout: Duration
        ) async throws -> ResilientError {
            let clock = ContinuousClock()
            let start = clock.now
            let error = try await harness.failure(options: options)
            let took = clock.now - start
            #expect(took >= timeout)
            // URLSession's own timer knows whole seconds only; this is generous for a busy machine.
            #expect(took < timeout + .seconds(10))
            #expect(error.code == .attemptTimeout || error.code == .deadlineExceeded)
            return error
        }

        @Test func theAttemptTimeoutIsKeptInMilliseconds() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.hang])
                let error = try await failure(
                    harness,
                    .init(attemptTimeout: .milliseconds(50)),
                    after: .milliseconds(50)
                )
                #expect(error.code == .attemptTimeout)
                // On a busy machine the request may not have left yet.
                #expect(error.reachedServer != .yes)
                #expect(error.message.contains("0.05 s"))
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func theTotalTimeoutIsKeptInTheBodyToo() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.stream([.text("a")], ending: .hang)])
                let error = try await failure(
                    harness,
                    .init(totalTimeout: .milliseconds(150)),
                    after: .milliseconds(150)
                )
                #expect(error.code == .deadlineExceeded)
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func theFirstByteTimeoutEndsWithTheHead() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.hang])
                let options = RequestOptions(firstByteTimeout: .milliseconds(50))
                let error = try await failure(harness, options, after: .milliseconds(50))
                #expect(error.message.contains("first-byte"))
                #expect(error.reachedServer == .maybe)

                let late = FaultServer.Behaviour.stream([.text("a"), .pause(.milliseconds(2_100)), .text("b")])
                harness.server.script("/", [late])
                #expect(try await harness.send(options: .init(firstByteTimeout: .seconds(2))).text == "ab")
            }
        }

        /// Rule 11.
        @Test func anInterimResponseIsNoFirstByte() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.interim([103], then: .hang)])
                let error = try await failure(
                    harness,
                    .init(firstByteTimeout: .milliseconds(50)),
                    after: .milliseconds(50)
                )
                #expect(error.message.contains("first-byte"))
                #expect(error.reachedServer == .maybe)
            }
        }

        @Test func theIdleTimeoutBeginsWithTheHead() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.stream([.text("a")], ending: .hang)])
                // The longer one is set first: the head must bring the timer forward.
                let options = RequestOptions(firstByteTimeout: .seconds(30), idleTimeout: .milliseconds(50))
                let error = try await failure(harness, options, after: .milliseconds(50))
                #expect(error.message.contains("idle"))
                #expect(error.reachedServer == .yes)
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func theIdleTimeoutBeginsAnewWithEveryPiece() async throws {
            try await SocketHarness.urlSession { (harness) async throws in
                harness.server.script("/", [.drip(Data("0123456789ab".utf8), every: .milliseconds(220))])
                let options = RequestOptions(idleTimeout: .seconds(2))
                #expect(try await harness.send(options: options).text == "0123456789ab")
            }
        }

        @Test func timersAreGoneWithTheirRequests() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.ok])
                let options = RequestOptions(
                    totalTimeout: .seconds(60),
                    attemptTimeout: .seconds(30),
                    firstByteTimeout: .seconds(20),
                    idleTimeout: .seconds(10)
                )
                for _ in 0..<20 { _ = try await harness.send(options: options) }
                try await harness.until { harness.runtime.liveTimers == 0 }
            }
        }

        @Test func absurdTimeoutsDoNotTrap() async throws {
            try await SocketHarness.urlSession { (harness) async throws in
                for timeout in [Duration.seconds(1_000_000_000), .seconds(86_400), .seconds(90_000)] {
                    #expect(try await harness.send(options: .init(attemptTimeout: timeout)).status == 200)
                }
            }
        }

        @Test func aPassedDeadlineSendsNothing() async throws {
            try await SocketHarness.urlSession { harness in
                var context = harness.context()
                context.tighten(Deadline(harness.runtime.now, kind: .total, timeout: .seconds(1)))
                await #expect(throws: ResilientError.self) {
                    try await harness.transport.send(ClientRequest(url: harness.url("/")), context: context)
                }
                #expect(harness.server.counters.accepted == 0)
            }
        }
    }
}
