import Dispatch
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct ExecutorTests {
    private final class Witness: Middleware {
        private let seen = Mutex<[Bool]>([])
        private let look: @Sendable () -> Bool

        init(_ look: @escaping @Sendable () -> Bool) {
            self.look = look
        }

        var answers: [Bool] { seen.withLock { $0 } }

        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            seen.withLock { $0.append(look()) }
            let response = try await next(request, context: context)
            seen.withLock { $0.append(look()) }
            return response
        }
    }

    private func client(_ witness: Witness, isDeaf: Bool = false) throws -> ResilientClient {
        var dependencies = Dependencies(transport: MockTransport(.suspending, isDeaf: isDeaf))
        dependencies.stages = [
            CustomStage(.init(rawValue: "outer"), witness, at: .outermost),
            CustomStage(.init(rawValue: "inner"), witness, at: .innermost),
        ]
        return try ResilientClient(dependencies: dependencies)
    }

    /// An executor of the caller on a queue that knows that it is that.
    private final class CallersQueue: SerialExecutor, TaskExecutor {
        private static let key = DispatchSpecificKey<Bool>()
        private let queue = DispatchQueue(label: "caller")
        private let isOfTask: Bool

        init(isOfTask: Bool) {
            self.isOfTask = isOfTask
            queue.setSpecific(key: Self.key, value: true)
        }

        static var isCurrent: Bool { DispatchQueue.getSpecific(key: key) == true }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { [self] in
                if isOfTask {
                    job.runSynchronously(on: asUnownedTaskExecutor())
                } else {
                    job.runSynchronously(on: asUnownedSerialExecutor())
                }
            }
        }
    }

    /// A caller's actor, as the main actor is one.
    private actor Caller {
        private let executor = CallersQueue(isOfTask: false)

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func call(_ client: ResilientClient) async throws {
            try #require(CallersQueue.isCurrent)
            let url = URL.example()
            _ = try await client.send(ClientRequest(url: url))
            _ = try await client.get(url.absoluteString)
            _ = try await client.post(url.absoluteString, json: ["a": 1])
            _ = try await client.data(from: url)
            #expect(CallersQueue.isCurrent)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func aCallLeavesTheActorOfItsCaller(isDeaf: Bool) async throws {
        let witness = Witness { CallersQueue.isCurrent }
        let client = try client(witness, isDeaf: isDeaf)
        try await Caller().call(client)
        #expect(witness.answers == Array(repeating: false, count: 16))
        await client.shutdown()
    }

    @MainActor
    @Test(.timeLimit(.minutes(1)))
    func aCallLeavesTheMainActor() async throws {
        let key = DispatchSpecificKey<Bool>()
        DispatchQueue.main.setSpecific(key: key, value: true)
        defer { DispatchQueue.main.setSpecific(key: key, value: nil) }
        try #require(DispatchQueue.getSpecific(key: key) == true)
        let witness = Witness { DispatchQueue.getSpecific(key: key) == true }
        let client = try client(witness)
        _ = try await client.get("https://example.com/")
        #expect(witness.answers == Array(repeating: false, count: 4))
        await client.shutdown()
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func theStagesStayOnTheExecutorThatTheCallerPrefers(isDeaf: Bool) async throws {
        let witness = Witness { CallersQueue.isCurrent }
        let client = try client(witness, isDeaf: isDeaf)
        try await withTaskExecutorPreference(CallersQueue(isOfTask: true)) {
            for _ in 0..<20 { _ = try await client.get("https://example.com/") }
        }
        #expect(witness.answers == Array(repeating: true, count: 80))
        await client.shutdown()
    }
}
