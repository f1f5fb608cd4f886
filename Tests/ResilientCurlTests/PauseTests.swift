#if os(Linux)
import Foundation
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

@testable import ResilientHTTP

extension OverCurl {
    /// What happens while one direction waits.
    @Suite(.timeLimit(.minutes(2)))
    struct PauseTests {
        /// libcurl keeps a piece back while the reader is slow; what is wrong with it shows when it is read at last.
        @Test func aStreamThatBreaksWhileItsReaderIsSlowThrows() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [.gzipWithWrongChecksum(Data(repeating: 9, count: 100_000))])
                for _ in 0..<30 {
                    let options = RequestOptions(streamBuffer: 1_000)
                    let stream = try await harness.client.stream(harness.request(), options: options)
                    let error = await #expect(throws: ResilientError.self) {
                        for try await _ in stream { await Task.yield() }
                    }
                    #expect(error?.code == .protocolError)
                }
            }
        }

        @Test func anAnswerIsSeenWhileTheRequestHasMoreToComeSomeTime() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [.early(.status(413), then: .closes)])
                let (chunks, producer) = AsyncThrowingStream<Data, any Error>.makeStream()
                producer.yield(Data("begun".utf8))
                let options = RequestOptions(attemptTimeout: .seconds(20))
                let response = try await harness.send(.post, body: .stream { chunks }, options: options)
                #expect(response.status == 413)
                producer.finish()
            }
        }

        /// What a slow reader has not asked for does not come because the other direction goes on.
        @Test func aReaderIsNotHurriedByItsOwnUpload() async throws {
            try await CurlHarness.run { harness in
                let body = Data(repeating: 4, count: 32 << 20)
                harness.server.script("/", [.early(.response(200, body: body), then: .keepsReading)])
                let (chunks, producer) = AsyncThrowingStream<Data, any Error>.makeStream()
                producer.yield(Data("begun".utf8))
                let request = harness.request(.post, body: .stream { chunks })
                let stream = try await harness.client.stream(request, options: RequestOptions(streamBuffer: 1_000))
                guard case .channel(let body) = stream.response.body.storage else {
                    Issue.record("the answer does not come as a stream")
                    return
                }
                for _ in 0..<200 {
                    producer.yield(Data("more".utf8))
                    try await Task.sleep(for: .milliseconds(1))
                }
                // One piece that had come, and one that was on its way.
                #expect(body.channel.state.withLock { $0.buffer.bytes } < 100_000)
                producer.finish()
            }
        }

        @Test func manyTinyPiecesAreSent() async throws {
            try await CurlHarness.run { harness in
                let count = 200_000
                let body = RequestBody.stream {
                    AsyncThrowingStream { continuation in
                        for index in 0..<count { continuation.yield(Data([UInt8(index & 0xFF)])) }
                        continuation.finish()
                    }
                }
                _ = try await harness.send(.post, body: body)
                #expect(harness.server.requests.first?.bodyBytes == count)
            }
        }
    }
}
#endif
