import Foundation
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

@testable import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension OverRealSockets {
    /// Downloads and uploads against a server.
    @Suite(.timeLimit(.minutes(1)))
    struct FileSocketTests {
        private final class Progress: Sendable {
            private let state = Mutex<[TransferProgress]>([])
            var all: [TransferProgress] { state.withLock { $0 } }
            @Sendable func note(_ progress: TransferProgress) { state.withLock { $0.append(progress) } }
        }

        private static func withPlace(_ body: (URL) async throws -> Void) async throws {
            let url = FileManager.default.temporaryDirectory.appending(path: "transfer-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: url) }
            try await body(url)
        }

        /// A client of its own over the harness's transport, which tries again at once.
        private static func retryingClient(_ harness: SocketHarness) throws -> ResilientClient {
            var dependencies = Dependencies(transport: harness.transport, runtime: harness.runtime)
            dependencies.ownsTransport = false
            let configuration = Configuration().with {
                $0.retry?.backoff = .constant(.milliseconds(1), jitter: .none)
            }
            return try ResilientClient(configuration, dependencies: dependencies)
        }

        private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
            bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }

        @Test func aDownloadIsWholeAndItsProgressRises() async throws {
            try await SocketHarness.live { harness in
                harness.server.script(default: [.random(bytes: 1_000_000, seed: 5)])
                let expected = try await harness.send().data
                try await Self.withPlace { place in
                    let progress = Progress()
                    let request = URLRequest(url: harness.url("/"))
                    let (url, response) = try await harness.client.download(
                        for: request,
                        to: place,
                        progress: progress.note
                    )
                    #expect(url == place)
                    #expect((response as? HTTPURLResponse)?.statusCode == 200)
                    #expect(try Data(contentsOf: place) == expected)
                    let steps = progress.all.map(\.completed)
                    #expect(steps == steps.sorted() && steps.first == 0 && steps.last == 1_000_000)
                    #expect(progress.all.allSatisfy { $0.total == 1_000_000 })
                }
                try await harness.untilIdle()
            }
        }

        @Test func aCutDownloadIsTriedAgain() async throws {
            try await SocketHarness.live { harness in
                harness.server.script("/", [.truncatedBody(), .resetInBody(), .ok("whole")])
                let client = try Self.retryingClient(harness)
                try await Self.withPlace { place in
                    let (_, response) = try await client.download(ClientRequest(url: harness.url("/")), to: place)
                    #expect(response.attempts.count == 3)
                    #expect(try Data(contentsOf: place) == Data(text: "whole"))
                }
                await client.shutdown()
                try await harness.untilIdle()
            }
        }

        @Test func aLargeDownloadArrivesWhole() async throws {
            // Less than may wait for a file on a machine where all else is quicker.
            let size = 48 << 20
            try await SocketHarness.live { harness in
                // Made chunk by chunk, so that the server does not hold it either.
                let chunk = Data(repeating: 7, count: 1 << 20)
                harness.server.script("/", [.stream(Array(repeating: .bytes(chunk), count: size >> 20))])
                try await Self.withPlace { place in
                    let (_, response) = try await harness.client.download(
                        ClientRequest(url: harness.url("/")),
                        to: place
                    )
                    #expect(response.status == 200)
                    let attributes = try FileManager.default.attributesOfItem(atPath: place.path)
                    #expect((attributes[.size] as? NSNumber)?.intValue == size)
                }
            }
        }

        @Test(arguments: [false, true])
        func anUploadArrivesWholeAndItsProgressReachesTheTotal(isFile: Bool) async throws {
            let content = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
            try await SocketHarness.live { harness in
                harness.server.script("/", [.unavailable(), .echo])
                let client = try Self.retryingClient(harness)
                var request = URLRequest(url: harness.url("/"))
                request.httpMethod = "PUT"
                let progress = Progress()
                try await Self.withPlace { place in
                    try content.write(to: place)
                    let (_, response) =
                        isFile
                        ? try await client.upload(for: request, fromFile: place, progress: progress.note)
                        : try await client.upload(for: request, from: content, progress: progress.note)
                    #expect((response as? HTTPURLResponse)?.statusCode == 200)
                }
                let received = harness.server.requests
                #expect(received.count == 2)
                for request in received {
                    #expect(request.bodyBytes == content.count)
                    #expect(Self.hash(request.body) == Self.hash(content))
                    // Nobody has said what it is: a transport says so too, or nothing, and never that it is a form.
                    #expect(request.values(of: "Content-Type").allSatisfy { $0 == "application/octet-stream" })
                }
                #expect(progress.all.filter { $0.completed == 0 }.count == 2, "\(progress.all)")
                #expect(progress.all.last?.completed == 300_000)
                #expect(progress.all.allSatisfy { $0.total == 300_000 })
                await client.shutdown()
                try await harness.untilIdle()
            }
        }
    }
}
