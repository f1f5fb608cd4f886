#if os(Linux)
import Foundation
import ResilientHTTP
import Testing

extension OverCurl {
    /// Servers that break HTTP/2: the right answer or a typed error, soon, and the next request is served.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct HostileServerTests {
        private static let all =
            Hostility.settings + Hostility.streams + Hostility.connection + Hostility.heads + Hostility.blocks

        /// Where it is waited for. A busy machine needs some of it for TLS.
        private static let options = RequestOptions(attemptTimeout: .milliseconds(600))
        private static let patient = RequestOptions(attemptTimeout: .seconds(5))

        @Test(arguments: all, [ClientRequest.Method.get, .post])
        func isSurvived(_ hostility: Hostility, method: ClientRequest.Method) async throws {
            var habits = FrameServer.Habits()
            habits.greeting = { $0 == 0 ? hostility.greeting : [.send(.settings())] }
            try await HTTP2Harness.run(habits) { (harness) async throws in
                // Requests that libcurl repeats meet the same again.
                harness.server.script("/") { $0.isComplete ? hostility.moves($0.stream) : [] }
                let start = ContinuousClock.now
                do {
                    let isWaited = hostility.outcome.codes.contains(.attemptTimeout)
                    let options = isWaited ? Self.options : Self.patient
                    let response = try await harness.send(method, "/", options: options)
                    #expect(hostility.outcome.isAnswered)
                    #expect(response.status == 200)
                    #expect(response.text == "ok")
                } catch let error as ResilientError {
                    #expect(hostility.outcome.codes.contains(error.code), "\(error)")
                    #expect(error.reachedServer != .no)
                }
                // The timeout, and more than that a busy machine.
                #expect(start.duration(to: .now) < .seconds(5))
                #expect(harness.server.deliveries.count { $0.isComplete } <= (method == .post ? 1 : 6))
                // Whatever is left of the connection, the next request is served, on it or on another.
                #expect(try await harness.send(.get, "/after").text == "/after")
            }
        }

        @Test func anUploadThatStallsEndsInTime() async throws {
            var habits = FrameServer.Habits()
            habits.extendsWindows = false
            try await HTTP2Harness.run(habits) { (harness) async throws in
                let body = RequestBody.bytes(Data(repeating: 1, count: 1 << 20))
                let error = try await #require(throws: ResilientError.self) {
                    try await harness.send(.post, "/", body: body, options: Self.options)
                }
                #expect(error.code == .attemptTimeout)
                #expect(error.reachedServer == .maybe)
                // What the first window lets through, and not a byte more.
                #expect(harness.server.deliveries.first?.bodyBytes == 65_535)
                #expect(harness.server.deliveries.first?.isComplete == false)
                #expect(try await harness.send(.get, "/after").text == "/after")
            }
        }

        @Test func aServerThatTakesNoStreamIsWaitedForNoLongerThanTheTimeout() async throws {
            var habits = FrameServer.Habits()
            habits.greeting = { _ in [.send(.settings([(3, 0)]))] }
            try await HTTP2Harness.run(habits) { (harness) async throws in
                // The first is sent before the setting comes.
                _ = try? await harness.send(.get, "/first", options: Self.options)
                let start = ContinuousClock.now
                do {
                    #expect(try await harness.send(.get, "/", options: Self.options).text == "/")
                } catch let error as ResilientError {
                    #expect(error.code == .attemptTimeout || error.code == .queueFull, "\(error)")
                }
                #expect(start.duration(to: .now) < .seconds(5))
            }
        }
    }
}
#endif
