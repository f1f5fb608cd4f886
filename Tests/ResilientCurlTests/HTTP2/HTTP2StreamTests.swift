#if os(Linux)
import Foundation
import ResilientHTTP
import SocketSupport
import Testing

extension OverCurl {
    /// Many streams on one connection: what becomes of one is nothing to the others.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct HTTP2StreamTests {
        @Test(arguments: ["/hang", "/begun"], [false, true])
        func aCancelledStreamAmongOthersIsReset(_ path: String, isRead: Bool) async throws {
            try await HTTP2Harness.run { (harness) async throws in
                Self.script(harness.server)
                let other = Task { try await harness.send(.get, "/held").text }
                try await Self.until(harness, "/held") { $0.isComplete }
                try await Self.cancel(harness, path, isRead: isRead)
                // The first stream is the one that is held.
                harness.server.script("/release") { Move.answer($0.stream) + Move.answer(1, "held") }
                #expect(try await harness.send(.get, "/release").text == "ok")
                #expect(try await other.value == "held")
                try await Self.until(harness, path) { $0.cancelled != nil }
                #expect(harness.server.accepted == 1)
            }
        }

        /// libcurl would tell the server with the next request, whenever that is.
        @Test(arguments: ["/hang", "/begun"], [false, true])
        func theServerHearsAtOnceOfACancellationOfTheOnlyStream(_ path: String, isRead: Bool) async throws {
            try await HTTP2Harness.run { (harness) async throws in
                Self.script(harness.server)
                try await Self.cancel(harness, path, isRead: isRead)
                try await CurlHarness.until("the server hears of it") {
                    harness.server.open == 0 || harness.server.deliveries.allSatisfy { $0.cancelled != nil }
                }
                #expect(try await harness.send(.get, "/after").text == "/after")
            }
        }

        private static func script(_ server: FrameServer) {
            for path in ["/hang", "/held"] { server.script(path) { _ in [] } }
            server.script("/begun") { [.send(.headers($0.stream)), .send(.data($0.stream, "b", ends: false))] }
        }

        private static func cancel(_ harness: HTTP2Harness, _ path: String, isRead: Bool) async throws {
            let task = Task {
                guard isRead else { return try await harness.send(.get, path).data }
                return try await harness.secure.client.stream(harness.request(.get, path)).collect()
            }
            try await until(harness, path) { $0.isComplete }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }

        private static func until(
            _ harness: HTTP2Harness,
            _ path: String,
            _ condition: (Delivery) -> Bool
        ) async throws {
            try await CurlHarness.until("\(path) has come so far") {
                harness.server.deliveries.contains { $0.path == path && condition($0) }
            }
        }

        @Test func everyStreamOfALostConnectionHearsOfIt() async throws {
            try await HTTP2Harness.run { (harness) async throws in
                Self.script(harness.server)
                harness.server.script("/close") { _ in [.close] }
                let start = ContinuousClock.now
                await withTaskGroup(of: ResilientError?.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            do {
                                _ = try await harness.send(.get, "/hang")
                                return nil
                            } catch {
                                return error as? ResilientError
                            }
                        }
                    }
                    try? await CurlHarness.until("all have come") { harness.server.deliveries.count == 20 }
                    _ = try? await harness.send(.get, "/close")
                    for await error in group { #expect(error?.code == .connectionLost) }
                }
                // The terminator, which has said goodbye, waits 3 s for an answer before it hangs up.
                #expect(start.duration(to: .now) < .milliseconds(2_500))
                #expect(harness.server.accepted == 1)
            }
        }

        @Test func aSlowReaderHoldsUpNobodyElse() async throws {
            let bytes = 256 << 20
            try await HTTP2Harness.run { (harness) async throws in
                for (path, bytes) in [("/large", bytes), ("/medium", 1 << 20)] {
                    harness.server.script(path) {
                        [.send(.headers($0.stream)), .body(stream: $0.stream, bytes: bytes)]
                    }
                }
                let options = RequestOptions(attemptTimeout: .seconds(5))
                let before = Memory.resident
                var (count, most) = (0, 0)
                for try await chunk in try await harness.secure.client.stream(harness.request(.get, "/large")) {
                    if count == 0 {
                        // As much as may be is on its way, and nobody takes it.
                        try await Task.sleep(for: .milliseconds(100))
                        for number in 0..<10 {
                            #expect(try await harness.send(.get, "/\(number)", options: options).text == "/\(number)")
                            #expect(try await harness.send(.get, "/medium", options: options).data.count == 1 << 20)
                        }
                        #expect(harness.server.accepted == 1)
                    }
                    if count >> 20 != (count + chunk.count) >> 20 { most = max(most, Memory.resident - before) }
                    count += chunk.count
                }
                #expect(count == bytes)
                // A stream's window is 32 MiB in some versions of libcurl, which keep that until it is taken.
                #expect(most < 128 << 20)
            }
        }
    }
}
#endif
