import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite struct UploadTests {
    private final class Progress: Sendable {
        private let state = Mutex<[TransferProgress]>([])
        var all: [TransferProgress] { state.withLock { $0 } }
        @Sendable func note(_ progress: TransferProgress) { state.withLock { $0.append(progress) } }
    }

    private static func withFile<Result>(_ content: Data, _ body: (URL) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appending(path: "upload-\(UUID().uuidString)")
        try content.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url)
    }

    private static let put: URLRequest = {
        var request = URLRequest(url: .example())
        request.httpMethod = "PUT"
        request.httpBody = Data(text: "old")
        return request
    }()

    @Test func eachAttemptSendsTheFileAnewAndItsProgressBeginsAtZero() throws {
        try Self.withFile(Data(count: 1000)) { file in
            let progress = Progress()
            let transport = MockTransport(.status(503), .status(418, body: "answer"))
            try simulateStreams(transport: transport) { client, _ in
                let (data, response) = try await client.upload(for: Self.put, fromFile: file, progress: progress.note)
                #expect(data == Data(text: "answer"))
                #expect((response as? HTTPURLResponse)?.statusCode == 418)
                for recorded in transport.requests {
                    #expect(try await recorded.request.body.collect() == Data(count: 1000))
                }
            }
            #expect(transport.requestCount == 2)
            #expect(progress.all.map(\.completed).filter { $0 == 0 }.count == 2)
            #expect(progress.all.allSatisfy { $0.total == 1000 })
        }
    }

    @Test func bytesReportTheirProgressToo() throws {
        let progress = Progress()
        try simulateStreams(transport: MockTransport(.status(503), .ok)) { client, _ in
            _ = try await client.upload(for: Self.put, from: Data(count: 10), progress: progress.note)
        }
        #expect(progress.all.map(\.completed) == [0, 10, 0, 10])
        #expect(progress.all.allSatisfy { $0.total == 10 })
    }

    @Test func whatIsNoReadableFileIsRefusedAndNothingSent() throws {
        let transport = MockTransport()
        let missing = FileManager.default.temporaryDirectory.appending(path: "missing-\(UUID().uuidString)")
        try simulateStreams(transport: transport) { client, _ in
            let remote = try #require(URL(string: "https://example.com/file"))
            for file in [missing, FileManager.default.temporaryDirectory, URL(filePath: "/dev/null"), remote] {
                let error = await resilientError { try await client.upload(for: Self.put, fromFile: file) }
                #expect(error?.code == .invalidRequest)
                #expect(error?.reachedServer == .no)
            }
        }
        #expect(transport.requestCount == 0)
    }

    @Test func anUploadEndsWithItsTaskAndItsClient() throws {
        for isShutdown in [false, true] {
            try simulateStreams(transport: MockTransport(.hang)) { client, simulation in
                let task = simulation.start { try await client.upload(for: Self.put, from: Data(count: 10)) }
                try await simulation.sleep(for: .seconds(1))
                if isShutdown { await client.shutdown(grace: .zero) } else { task.cancel() }
                switch await task.result {
                case .success: Issue.record("an answer")
                case .failure(let error as ResilientError): #expect(isShutdown && error.code == .clientClosed)
                case .failure(let error): #expect(!isShutdown && error is CancellationError)
                }
            }
        }
    }
}
