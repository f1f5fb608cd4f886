#if os(Linux)
import Foundation
import ResilientCurl
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension OverCurl {
    /// Bodies as they come and go: as fast as the slower side.
    @Suite(.timeLimit(.minutes(1)))
    struct StreamTests {
        private static let piece = Data(repeating: 0, count: 1 << 20)

        @Test func aGigabyteForASlowReaderNeedsNoMemory() async {
            await #expect(processExitsWith: .success) {
                try await CurlHarness.run { harness in
                    let made = Mutex(0)
                    let pieces = (0..<1_024).map { _ in
                        FaultServer.StreamPiece.made {
                            made.withLock { $0 += 1 }
                            return Self.piece
                        }
                    }
                    harness.server.script("/", [.stream(pieces)])
                    let before = Memory.resident
                    var (count, most) = (0, 0)
                    for try await chunk in try await harness.client.stream(harness.request()) {
                        // Slow at first, and then again and again.
                        if count < 100 << 10 || count >> 20 != (count + chunk.count) >> 20 && count >> 20 % 64 == 0 {
                            try await Task.sleep(for: .milliseconds(5))
                            most = max(most, Memory.resident - before)
                            // What the server has made is in some buffer: its own, ours, and the sockets', for which
                            // the system may take 32 MiB and more.
                            #expect(made.withLock { $0 } - count >> 20 < 64)
                        }
                        count += chunk.count
                    }
                    #expect(count == 1 << 30)
                    #expect(most < 48 << 20)
                }
            }
        }

        @Test func aReaderWhoLeavesEndsTheExchange() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [.stream([.text("begun")], ending: .hang)])
                for try await chunk in try await harness.client.stream(harness.request()) {
                    #expect(chunk == Data("begun".utf8))
                    break
                }
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func anUploadIsMadeNoFasterThanItIsRead() async throws {
            var configuration = FaultServer.Configuration()
            configuration.receiveBufferBytes = 16 << 10
            try await CurlHarness.run(server: configuration) { harness in
                harness.server.script("/", [.neverReadsUpload])
                let made = Mutex(0)
                let body = RequestBody.stream {
                    AsyncThrowingStream {
                        made.withLock { $0 += 1 }
                        return Data(repeating: 1, count: 64 << 10)
                    }
                }
                let error = try await harness.failure(
                    .post,
                    body: body,
                    options: RequestOptions(attemptTimeout: .milliseconds(400))
                )
                #expect(error.code == .attemptTimeout)
                #expect(error.reachedServer == .maybe)
                // Ours and the sockets' buffers.
                #expect(made.withLock { $0 } < 128)
            }
        }

        @Test func aStreamIsLeftUntouchedWithoutAConnection() async throws {
            try await CurlHarness.run { harness in
                let isMade = Mutex(false)
                let body = RequestBody.stream {
                    isMade.withLock { $0 = true }
                    return AsyncThrowingStream { $0.finish() }
                }
                await harness.server.stop()
                let error = try await harness.failure(.post, body: body)
                #expect(error.code == .connectFailed)
                #expect(error.reachedServer == .no)
                #expect(!isMade.withLock { $0 })
            }
        }

        @Test func eachAttemptMakesTheStreamAnew() async throws {
            var configuration = Configuration.recommended
            configuration.retry?.backoff = .constant(.milliseconds(1))
            try await CurlHarness.run(client: configuration) { harness in
                harness.server.script("/", [.closeWithoutAnswer, .unavailable(), .ok])
                let made = Mutex(0)
                let body = RequestBody.stream(length: 5) {
                    made.withLock { $0 += 1 }
                    return AsyncThrowingStream { continuation in
                        continuation.yield(Data("again".utf8))
                        continuation.finish()
                    }
                }
                let response = try await harness.send(.put, body: body)
                #expect(response.attempts.count == 3)
                #expect(made.withLock { $0 } == 3)
                #expect(harness.server.requests.map(\.body) == Array(repeating: Data("again".utf8), count: 3))
                #expect(harness.server.requests.allSatisfy { $0.values(of: "Content-Length") == ["5"] })
            }
        }

        @Test func aStreamOfUnknownLengthGoesInChunks() async throws {
            try await CurlHarness.run { harness in
                let body = RequestBody.stream {
                    AsyncThrowingStream { continuation in
                        for _ in 0..<100 { continuation.yield(Data(repeating: 3, count: 10_000)) }
                        continuation.finish()
                    }
                }
                _ = try await harness.send(.post, body: body)
                let request = try #require(harness.server.requests.first)
                #expect(request.values(of: "Transfer-Encoding") == ["chunked"])
                #expect(request.values(of: "Expect") == [])
                #expect(request.bodyBytes == 1_000_000)
            }
        }

        @Test func theProgressOfAnUploadIsTold() async throws {
            try await CurlHarness.run { harness in
                let told = Mutex<[TransferProgress]>([])
                let data = Data(repeating: 5, count: 300_000)
                var request = URLRequest(url: harness.server.url)
                request.httpMethod = "POST"
                _ = try await harness.client.upload(for: request, from: data) { progress in
                    told.withLock { $0.append(progress) }
                }
                let steps = told.withLock { $0 }
                #expect(steps.first?.completed == 0)
                #expect(steps.last == TransferProgress(completed: 300_000, total: 300_000))
                #expect(steps.map(\.completed) == steps.map(\.completed).sorted())
                #expect(harness.server.requests.first?.bodyBytes == 300_000)
            }
        }
    }
}
#endif
