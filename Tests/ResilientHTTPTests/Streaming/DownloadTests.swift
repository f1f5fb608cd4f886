import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite struct DownloadTests {
    /// A directory of its own that goes with the test.
    private final class Directory: Sendable {
        let url: URL

        init() throws {
            url = FileManager.default.temporaryDirectory.appending(path: "download-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }

        deinit {
            try? FileManager.default.removeItem(at: url)
        }

        var file: URL { url.appending(path: "file") }
        var content: Data? { try? Data(contentsOf: file) }
        /// The names in it, hidden ones included.
        var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] }
    }

    private final class Progress: Sendable {
        private let state = Mutex<[TransferProgress]>([])

        var all: [TransferProgress] { state.withLock { $0 } }
        var completed: [Int64] { all.map(\.completed) }

        @Sendable func note(_ progress: TransferProgress) {
            state.withLock { $0.append(progress) }
        }
    }

    private static func body(_ chunks: String..., length: Int? = nil, error: (any Error)? = nil) -> MockAnswer {
        .stream(
            chunks.map { Data(text: $0) },
            interval: .seconds(1),
            headers: length.map { [.contentLength: String($0)] } ?? [:],
            endingWith: error
        )
    }

    @Test(arguments: [false, true])
    func theBodyIsInTheFileAndReadableByItsOwnerAlone(isDeaf: Bool) throws {
        let directory = try Directory()
        let progress = Progress()
        let transport = MockTransport([Self.body("abc", "de", "f", length: 6)], isDeaf: isDeaf)
        try simulateStreams(transport: transport) { client, _ in
            let (url, response) = try await client.download(.example, to: directory.file, progress: progress.note)
            #expect(url == directory.file)
            #expect(response.status == 200)
            #expect(response.requestID == transport.requests.first?.requestID)
            #expect(response.attempts.count == 1)
        }
        #expect(directory.content == Data(text: "abcdef"))
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.file.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(progress.completed == [0, 3, 5, 6])
        #expect(progress.all.allSatisfy { $0.total == 6 })
        #expect(progress.all.last?.fraction == 1)
        #expect(directory.names == ["file"])
    }

    @Test func withoutADestinationItIsANewFileInTheTemporaryDirectory() throws {
        try simulateStreams(transport: MockTransport(Self.body("abc"))) { client, _ in
            let (first, response) = try await client.download(for: URLRequest(url: .example()))
            let (second, _) = try await client.download(for: URLRequest(url: .example()))
            defer { for url in [first, second] { try? FileManager.default.removeItem(at: url) } }
            #expect((response as? HTTPURLResponse)?.statusCode == 200)
            #expect(first != second)
            #expect(try Data(contentsOf: first) == Data(text: "abc"))
            let temporary = FileManager.default.temporaryDirectory.standardizedFileURL.path
            #expect(first.standardizedFileURL.path.hasPrefix(temporary))
        }
    }

    @Test(arguments: [false, true])
    func aCutBodyIsLoadedAgainFromTheStart(isDeaf: Bool) throws {
        let directory = try Directory()
        let progress = Progress()
        let transport = MockTransport(
            [Self.body("long part", error: MockAnswer.cut), .status(503, body: "busy"), Self.body("abc", "def")],
            isDeaf: isDeaf
        )
        try simulateStreams(transport: transport) { client, _ in
            let (_, response) = try await client.download(.example, to: directory.file, progress: progress.note)
            #expect(response.attempts.map(\.status) == [nil, 503, 200])
            #expect(response.attempts.first?.error != nil)
        }
        #expect(directory.content == Data(text: "abcdef"))
        // The 503 is no part of the file.
        #expect(progress.completed == [0, 9, 0, 3, 6])
        #expect(progress.all.allSatisfy { $0.total == nil && $0.fraction == nil })
        #expect(directory.names == ["file"])
    }

    @Test func whenAllAttemptsFailNothingIsLeftAndTheOldFileStays() throws {
        let directory = try Directory()
        try Data(text: "old").write(to: directory.file)
        let transport = MockTransport(Self.body("abc", error: MockAnswer.cut))
        try simulateStreams(transport: transport) { client, _ in
            let error = await resilientError { try await client.download(.example, to: directory.file) }
            #expect(error?.code == .connectionLost)
            #expect(error?.attempts.count == 3)
            #expect(error?.requestID != nil)
        }
        #expect(transport.requestCount == 3)
        #expect(directory.content == Data(text: "old"))
        #expect(directory.names == ["file"])
    }

    @Test func aPOSTThatWasAnsweredIsNotSentAgain() throws {
        let directory = try Directory()
        let transport = MockTransport(Self.body("abc", error: MockAnswer.cut))
        try simulateStreams(transport: transport) { client, _ in
            let request = ClientRequest(method: .post, url: .example(), body: .text("x"))
            #expect(await resilientError { try await client.download(request, to: directory.file) } != nil)
        }
        #expect(transport.requestCount == 1)
        #expect(directory.names.isEmpty)
    }

    @Test func theOldFileIsReplacedAtOnce() throws {
        let directory = try Directory()
        try Data(text: "old").write(to: directory.file)
        try simulateStreams(transport: MockTransport(Self.body("new", "er"))) { client, _ in
            _ = try await client.download(
                .example,
                to: directory.file,
                progress: { _ in #expect(directory.content == Data(text: "old")) }
            )
        }
        #expect(directory.content == Data(text: "newer"))
    }

    @Test func withoutADestinationEveryStatusIsAnAnswer() throws {
        let transport = MockTransport(.status(404, body: "not here"))
        let content = try simulateStreams(transport: transport) { client, _ in
            let (url, response) = try await client.download(.example)
            #expect(response.status == 404)
            defer { try? FileManager.default.removeItem(at: url) }
            return try Data(contentsOf: url)
        }
        #expect(content == Data(text: "not here"))
    }

    @Test(arguments: [404, 503, 304], ["not here", String(repeating: "x", count: 100_000)])
    func whatIsNoSuccessIsThrownAndTheGoodFileStays(status: Int, body: String) throws {
        let directory = try Directory()
        try Data(text: "good").write(to: directory.file)
        let bytes = Data(text: body)
        let transport = MockTransport()
        transport.on(.any) { _ in .status(.init(status), body: body) }
        let error = try simulateStreams(transport: transport) { client, _ in
            await resilientError { try await client.download(.example, to: directory.file) }
        }
        #expect(error?.code == .status && error?.status?.code == status)
        #expect(error?.bodyPrefix == bytes.prefix(ResilientError.bodyPrefixLimit))
        #expect(transport.requestCount == (status == 503 ? 3 : 1))
        #expect(directory.content == Data(text: "good"))
        #expect(directory.names == ["file"])
    }

    @Test func everySuccessFillsTheFile() throws {
        let directory = try Directory()
        let transport = MockTransport(.status(204), .status(200))
        transport.on(.path("/moved"), .status(302, headers: [.location: "/a"], body: "a long text on the way"))
        try simulateStreams(transport: transport) { client, _ in
            for _ in 0..<2 {
                _ = try await client.download(.example, to: directory.file)
                #expect(directory.content == Data())
            }
            let (_, response) = try await client.download(ClientRequest(url: .example("moved")), to: directory.file)
            #expect(response.url == .example("a"))
            #expect(directory.content == Data())
        }
        #expect(directory.names == ["file"])
    }

    @Test(arguments: ["", "own", "stream"])
    func aStageThatAnswersByItselfFillsTheFileToo(text: String) throws {
        let directory = try Directory()
        let transport = MockTransport(Self.body("of the failed attempt", error: MockAnswer.cut))
        let stage = StageOf.stage { request, context, next in
            _ = try? await next(request, context: context)
            if text == "stream" {
                return ClientResponse(status: 203, body: .stream(DeafChunks(runtime: context.runtime, count: 3)))
            }
            return ClientResponse(status: 203, body: .text(text))
        }
        try simulateStreams(transport: transport, stages: [stage]) { (client, _) async throws in
            #expect(try await client.download(.example, to: directory.file).1.status == 203)
        }
        #expect(directory.content == Data(text: text == "stream" ? "xxx" : text))
        #expect(directory.names == ["file"])
    }

    @Test(arguments: ["", "own"])
    func nothingOfTheAnswerThatAFallbackStandsInForIsInTheFile(text: String) throws {
        let directory = try Directory()
        let configuration = Configuration().with {
            $0.retry = nil
            $0.fallback = FallbackConfiguration()
        }
        let value = ClientResponse(status: 203, body: .text(text))
        try simulate(
            configuration,
            transport: MockTransport(.status(503, body: "busy")),
            change: { $0.fallbacks = [.value(value)] }
        ) { client, _ in
            let (_, response) = try await client.download(.example, to: directory.file)
            #expect(response.status == 203)
        }
        #expect(directory.content == Data(text: text))
        #expect(directory.names == ["file"])
    }

    @Test func theAnswerBeforeAFallbackThatFailsIsWhole() throws {
        let directory = try Directory()
        let configuration = Configuration().with {
            $0.retry = nil
            $0.fallback = FallbackConfiguration()
            $0.fallback?.endpoints = [.example("other")]
        }
        let transport = MockTransport(.status(503, body: "first"), .status(500, body: "a long second"))
        try simulateStreams(configuration, transport: transport) { client, _ in
            let error = await resilientError { try await client.download(.example, to: directory.file) }
            #expect(error?.status == 503 && error?.bodyPrefix == Data(text: "first"))
        }
        #expect(transport.requestCount == 2)
    }

    @Test func aQuotaThatIsUsedUpIsSeenInTheAnswerToADownload() throws {
        let directory = try Directory()
        let body = #"{"error": {"code": "insufficient_quota"}}"#
        let transport = MockTransport(.status(429, body: body))
        try simulateStreams(transport: transport) { client, _ in
            let error = await resilientError { try await client.download(.example, to: directory.file) }
            #expect(error?.status == 429 && error?.bodyPrefix == Data(text: body))
        }
        #expect(transport.requestCount == 1)
    }

    /// A copy would write the same file at the same time.
    @Test func downloadsAreNotHedged() throws {
        let directory = try Directory()
        let transport = MockTransport(Self.body("a", "b", "c").after(.seconds(5)), Self.body("X", "Y", "Z"))
        let configuration = Configuration().with { $0.hedging = HedgingConfiguration(delay: .seconds(1)) }
        try simulateStreams(configuration, transport: transport) { client, _ in
            _ = try await client.download(.example, to: directory.file)
            #expect(transport.requestCount == 1)
            // Its stage is on.
            _ = try await client.send(.example)
        }
        #expect(directory.content == Data(text: "abc"))
    }

    @Test(arguments: [false, true])
    func theAttemptTimeoutEndsWithTheHeadTheTotalDoesNot(isDeaf: Bool) throws {
        let directory = try Directory()
        let transport = MockTransport([Self.body("a", "b", "c", "d", "e")], isDeaf: isDeaf)
        let configuration = Configuration().with { $0.timeouts.attempt = .seconds(2) }
        try simulateStreams(configuration, transport: transport) { client, _ in
            _ = try await client.download(.example, to: directory.file)
            #expect(directory.content == Data(text: "abcde"))
            try FileManager.default.removeItem(at: directory.file)
            let options = RequestOptions(totalTimeout: .milliseconds(3500))
            let error = await resilientError {
                try await client.download(.example, to: directory.file, options: options)
            }
            #expect(error?.code == .deadlineExceeded)
            let limit = RequestOptions(responseLimit: 3)
            let large = await resilientError { try await client.download(.example, to: directory.file, options: limit) }
            #expect(large?.code == .responseTooLarge)
        }
        #expect(directory.names.isEmpty)
    }

    @Test(arguments: [false, true], [false, true])
    func cancellationAndShutdownLeaveNoFile(isDeaf: Bool, isShutdown: Bool) throws {
        let directory = try Directory()
        let transport = MockTransport([Self.body("a", "b", "c")], isDeaf: isDeaf)
        try simulateStreams(transport: transport) { client, simulation in
            let task = simulation.start { try await client.download(.example, to: directory.file) }
            try await simulation.sleep(for: .milliseconds(1500))
            #expect(directory.names.count == 1)
            let then = simulation.clock.now
            if isShutdown { await client.shutdown(grace: .zero) } else { task.cancel() }
            switch await task.result {
            case .success: Issue.record("an answer")
            case .failure(let error as ResilientError): #expect(isShutdown && error.code == .clientClosed)
            case .failure(let error): #expect(!isShutdown && error is CancellationError)
            }
            #expect(simulation.clock.now == then)
            #expect(directory.names.isEmpty)
        }
    }

    // MARK: What the disk does

    @Test func nothingIsSentWhenTheFileCannotBeMade() throws {
        let directory = try Directory()
        let transport = MockTransport(Self.body("a"))
        try simulateStreams(transport: transport) { client, _ in
            let places = [
                directory.url.appending(path: "missing/file"), URL(filePath: "/proc/nowhere/file"),
                URL(filePath: "/dev/null/file"),
            ]
            for place in places {
                let error = await resilientError { try await client.download(.example, to: place) }
                #expect(error?.code == .fileFailed)
                #expect(error?.reachedServer == .no)
                #expect(error?.requestID != nil)
                #expect(error?.cause is POSIXError)
            }
            let remote = URL(string: "https://example.com/file")
            #expect(await resilientError { try await client.download(.example, to: remote) }?.code == .invalidRequest)
        }
        #expect(transport.requestCount == 0)
    }

    @Test func aDirectoryInThePlaceOfTheFileStays() throws {
        let directory = try Directory()
        try FileManager.default.createDirectory(at: directory.file, withIntermediateDirectories: true)
        let transport = MockTransport(Self.body("a"))
        try simulateStreams(transport: transport) { client, _ in
            let error = await resilientError { try await client.download(.example, to: directory.file) }
            #expect(error?.code == .fileFailed)
            #expect(error?.attempts.count == 1)
        }
        #expect(transport.requestCount == 1)
        #expect(directory.names == ["file"])
    }

    #if os(Linux)
    @Test func aFullDiskIsAnErrorOfItsOwnAndNotTriedAgain() throws {
        let directory = try Directory()
        let watch = EndWatch()
        let transport = MockTransport()
        transport.on(.any) { _ in
            // Under the name of the file that is being written, a disk that is full.
            let name = try #require(directory.names.first)
            let path = directory.url.appending(path: name).path
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
            return Self.body("a", "b", "c")
        }
        try simulateStreams(transport: transport, stages: [watch.stage(.innermost)]) { client, _ in
            let error = await resilientError { try await client.download(.example, to: directory.file) }
            #expect(error?.code == .fileFailed)
            #expect(error?.reachedServer == .yes)
            #expect(error?.attempts.count == 1)
        }
        #expect(transport.requestCount == 1)
        #expect(directory.names.isEmpty)
    }
    #endif

    @Test func nobodysFileIsWrittenThroughALink() throws {
        let directory = try Directory()
        let target = directory.url.appending(path: "precious")
        try Data(text: "precious").write(to: target)
        let id = RequestID(high: 7, low: 7)
        let file = DownloadFile(for: directory.file, id: id, onProgress: nil)
        try FileManager.default.createSymbolicLink(at: file.url, withDestinationURL: target)
        let error = #expect(throws: ResilientError.self) { try file.create() }
        #expect(error?.code == .fileFailed)
        #expect(try Data(contentsOf: target) == Data(text: "precious"))
    }

    @Test func manyAtOnceDoNotCollide() async throws {
        let directory = try Directory()
        let transport = MockTransport()
        transport.on(.any) { recorded in
            let name = recorded.request.url.lastPathComponent
            return .stream((0..<20).map { Data(text: "\(name) \($0);") }, interval: .microseconds(50))
        }
        let client = try ResilientClient(dependencies: Dependencies(transport: transport, runtime: ClientRuntime()))
        try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    // Half of them to one place.
                    let place = directory.url.appending(path: number.isMultiple(of: 2) ? "same" : "\(number)")
                    _ = try await client.download(ClientRequest(url: .example("\(number)")), to: place)
                }
            }
            try await group.waitForAll()
        }
        await client.shutdown()
        func text(_ number: String) -> String { (0..<20).map { "\(number) \($0);" }.joined() }
        #expect(Set(directory.names) == Set((0..<50).map { "\($0 * 2 + 1)" } + ["same"]))
        for name in directory.names {
            let content = try String(contentsOf: directory.url.appending(path: name), encoding: .utf8)
            let number = name == "same" ? String(content.prefix { $0 != " " }) : name
            #expect(content == text(number))
        }
    }
}
