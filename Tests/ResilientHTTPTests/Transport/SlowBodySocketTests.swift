import Foundation
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

@testable import ResilientHTTP

extension OverRealSockets {
    /// Bodies that stop, and disks that are slower than the server, over sockets.
    @Suite(.timeLimit(.minutes(1)))
    struct SlowBodySocketTests {
        private let place = FileManager.default.temporaryDirectory.appending(path: "slow-\(UUID().uuidString)")

        #if os(Linux)
        private static let transports: [LiveTransport] = [.urlsession, .curl]
        #else
        private static let transports: [LiveTransport] = [.urlsession]
        #endif

        @Test(arguments: transports)
        func aDownloadAndAStreamThatStopAreEnded(_ kind: LiveTransport) async throws {
            let configuration = Configuration().with {
                ($0.timeouts.idle, $0.timeouts.streamIdle) = (.milliseconds(120), .milliseconds(150))
                $0.retry = nil
            }
            try await SocketHarness.run(over: kind.make(), client: configuration) { (harness) async throws in
                harness.server.script("/", [.stream([.text("ten bytes.")], ending: .hang)])
                let download = await resilientError {
                    try await harness.client.download(harness.request(), to: place)
                }
                #expect(download?.code == .attemptTimeout && download?.reachedServer == .yes)
                #expect(download?.message.contains("0.12 s") == true)
                #expect(!FileManager.default.fileExists(atPath: place.path))
                let reading = try await harness.client.stream(harness.request()).reading()
                #expect(reading.text == "ten bytes." && reading.code == .attemptTimeout)
                try await harness.server.waitForNoConnections()
                // Any byte counts, and an attempt timeout does not end a download that makes progress.
                harness.server.script("/drip", [.drip(Data("0123456789".utf8), every: .milliseconds(40))])
                let options = RequestOptions(attemptTimeout: .milliseconds(250), idleTimeout: .seconds(5))
                _ = try await harness.client.download(harness.request(.get, "/drip"), to: place, options: options)
                #expect(try Data(contentsOf: place) == Data("0123456789".utf8))
                try FileManager.default.removeItem(at: place)
            }
        }

        /// The reader is told of the first piece and does nothing else until all of a body is in the file that is five
        /// times as large as what may wait for a reader.
        @Test func aReaderWhoFallsBehindDoesNotEndADownload() async throws {
            defer { try? FileManager.default.removeItem(at: place) }
            let bytes = 20 << 20
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [.random(bytes: bytes, seed: 7)])
                let directory = place.deletingLastPathComponent().path
                let files = Mutex<String?>(nil)
                let options = RequestOptions(streamBuffer: 4 << 20)
                let (_, response) = try await harness.client.download(
                    harness.request(),
                    to: place,
                    options: options
                ) { progress in
                    guard progress.completed > 0, files.withLock({ $0 }) == nil else { return }
                    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
                    let name = names.first { $0.hasPrefix(".ResilientHTTP-") && Self.size(directory, $0) > 0 } ?? "none"
                    files.withLock { $0 = name }
                    let end = ContinuousClock.now + .seconds(20)
                    while Self.size(directory, name) < bytes, ContinuousClock.now < end { usleep(2000) }
                }
                #expect(response.status == 200)
                #expect(try FileHandle(forReadingFrom: place).seekToEnd() == UInt64(bytes))
            }
        }

        private static func size(_ directory: String, _ name: String) -> Int {
            let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + name)
            return (attributes?[.size] as? NSNumber)?.intValue ?? 0
        }
    }
}
