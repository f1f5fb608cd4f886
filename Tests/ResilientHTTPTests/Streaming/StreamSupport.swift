import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// What a reader got of a body, and what ended it; nil for an end.
struct Reading: Sendable {
    var chunks: [String] = []
    var error: (any Error)?

    var text: String { chunks.joined() }
    var code: ResilientError.Code? { (error as? ResilientError)?.code }
    var isCancelled: Bool { error is CancellationError }
}

extension AsyncSequence where Element == Data {
    /// Reads to the end, waiting before each chunk but the first.
    func reading(pausing pause: () async throws -> Void = {}) async -> Reading {
        var reading = Reading()
        do {
            for try await chunk in self {
                reading.chunks.append(String(decoding: chunk, as: UTF8.self))
                try await pause()
            }
        } catch {
            reading.error = error
        }
        return reading
    }
}

extension Data {
    init(text: String) {
        self.init(text.utf8)
    }
}

extension ClientRequest {
    static let example = ClientRequest(url: .example("a"))
}

extension MockAnswer {
    /// Chunks of text, a second apart unless said.
    static func chunks(
        _ chunks: String...,
        every interval: Duration = .seconds(1),
        endingWith error: (any Error)? = nil
    ) -> MockAnswer {
        .stream(chunks.map { Data(text: $0) }, interval: interval, endingWith: error)
    }

    static let cut = ResilientError(.connectionLost, "cut", reachedServer: .maybe)
}

/// Chunks at an interval, whatever happens to the task that reads them; no chunk at all when there are none left.
struct DeafChunks: AsyncSequence, Sendable {
    let runtime: ClientRuntime
    var count = Int.max
    var chunk = Data(text: "x")
    var interval: Duration = .seconds(1)

    struct AsyncIterator: AsyncIteratorProtocol {
        let chunks: DeafChunks
        var given = 0

        mutating func next() async throws -> Data? {
            guard given < chunks.count else { return nil }
            given += 1
            if chunks.interval > .zero {
                let shot = OneShot<Void>()
                let runtime = chunks.runtime
                _ = runtime.schedule(at: runtime.now + chunks.interval) { shot.resolve(.success(())) }
                try await shot.value()
            }
            return chunks.chunk
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Data? {
            try await next()
        }
    }

    typealias Failure = any Error

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: self)
    }
}

/// A stage that notes how the bodies that pass it end.
final class EndWatch: Middleware {
    private let state = Mutex<[String]>([])

    var outcomes: [String] { state.withLock { $0 } }

    func note(_ outcome: ResponseBody.Outcome) {
        let text =
            switch outcome {
            case .complete: "complete"
            case .failed(let error): "failed \((error as? ResilientError)?.code.rawValue ?? "otherwise")"
            case .cancelled: "cancelled"
            case .dropped: "dropped"
            }
        state.withLock { $0.append(text) }
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        let response = try await next(request, context: context)
        response.body.onEnd { [self] in note($0) }
        return response
    }

    func stage(_ position: StagePosition = .outermost) -> CustomStage {
        CustomStage(.init(rawValue: "watch"), self, at: position)
    }
}

/// A stage made of a closure.
struct StageOf: Middleware {
    let handle: @Sendable (ClientRequest, RequestContext, Next) async throws -> ClientResponse

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await handle(request, context, next)
    }

    static func stage(
        _ position: StagePosition = .outermost,
        _ handle: @escaping @Sendable (ClientRequest, RequestContext, Next) async throws -> ClientResponse
    ) -> CustomStage {
        CustomStage(.init(rawValue: "stage of its own"), StageOf(handle: handle), at: position)
    }
}

/// As `simulate`, and no call may be left when `body` returns.
@discardableResult
func simulateStreams<Result: Sendable>(
    seed: UInt64 = 0,
    _ configuration: Configuration = .recommended,
    transport: any Transport = MockTransport(),
    stages: [CustomStage] = [],
    _ body: @escaping @Sendable (ResilientClient, Simulation) async throws -> Result
) throws -> Result {
    try simulate(seed: seed, configuration) {
        $0.transport = transport
        $0.stages += stages
    } _: { client, simulation in
        let result = try await body(client, simulation)
        #expect(client.callsInFlight == 0)
        return result
    }
}

/// A transport made of a closure, which is told the number of the request, from 1.
final class TransportOf: Transport {
    typealias Answer = @Sendable (ClientRequest, RequestContext, Int) async throws -> ClientResponse

    let capabilities: TransportCapabilities
    private let answer: Answer
    private let sent = Mutex(0)

    init(isDeaf: Bool = false, _ answer: @escaping Answer) {
        capabilities = TransportCapabilities(honoursDeadlines: !isDeaf, streamsDownloads: true)
        self.answer = answer
    }

    var requestCount: Int { sent.withLock { $0 } }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        let number = sent.withLock { sent in
            sent += 1
            return sent
        }
        return try await answer(request, context, number)
    }
}
