import Foundation
import ResilientHTTP
import Testing

@Suite("Life cycle")
struct LifecycleTests {
    private struct Failure: Error {}

    @Test("After a shutdown every call style is refused with client_closed, and nothing is sent")
    func closed() async throws {
        let transport = RecordingTransport()
        let client = try ResilientClient(transport, base: "https://h.example")
        _ = try await client.get("/")
        await client.shutdown()
        await client.shutdown(grace: .zero)
        #expect(transport.shutdowns == 1)
        let url = try #require(URL(string: "https://h.example/"))
        #expect(await resilientError { try await client.get("/") }?.code == .clientClosed)
        #expect(await resilientError { try await client.send(ClientRequest(url: url)) }?.code == .clientClosed)
        #expect(await resilientError { try await client.data(from: url) }?.code == .clientClosed)
        #expect(await resilientError { try client.with { _ in } }?.code == .clientClosed)
        #expect(transport.requests.count == 1)
    }

    @Test("A transport that others use too is left alone")
    func notOwned() async throws {
        let transport = RecordingTransport()
        var dependencies = Dependencies()
        dependencies.ownsTransport = false
        let client = try ResilientClient(transport, dependencies: dependencies)
        await client.shutdown()
        #expect(transport.shutdowns == 0)
    }

    @Test("The transport ends with the last of a client and its copies, whatever the order", arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
    func copies(_ order: [Int]) async throws {
        let transport = RecordingTransport()
        let parent = try ResilientClient(transport, base: "https://h.example")
        let copy = try parent.with { $0.retry?.maxAttempts = 1 }
        let clients = [parent, copy, try copy.with { $0.timeouts.total = .seconds(99) }]
        for (count, index) in order.enumerated() {
            #expect(transport.shutdowns == 0)
            await clients[index].shutdown()
            await clients[index].shutdown()
            for open in order.dropFirst(count + 1) { #expect(try await clients[open].get("/").status == 200) }
        }
        #expect(transport.shutdowns == 1)
    }

    @Test("A copy that was dropped does not keep the transport open")
    func dropped() async throws {
        let transport = RecordingTransport()
        let parent = try ResilientClient(transport)
        _ = try parent.with { _ in }
        await parent.shutdown()
        #expect(transport.shutdowns == 1)
    }

    @Test("A copy shares the retry budget unless it asks for another one")
    func budget() async throws {
        let transport = RecordingTransport { _ in throw ResilientError(.connectFailed, "x", reachedServer: .no) }
        let parent = try ResilientClient(transport, base: "https://h.example") {
            $0.retry = RetryConfiguration(maxAttempts: 2, backoff: .none)
            $0.retry?.budget = .tokens(capacity: 100, cost: 10)
        }
        let same = try parent.with { $0.retry?.maxAttempts = 3 }
        let other = try parent.with { $0.retry?.budget = .tokens(capacity: 50, cost: 10) }
        _ = await resilientError { try await parent.get("/") }
        #expect(parent.retryBudgetLeft == 90 && same.retryBudgetLeft == 90 && other.retryBudgetLeft == 50)
        #expect(try parent.with { $0.retry = nil }.retryBudgetLeft == nil)
    }

    @Test("A copy is checked as a whole and leaves its parent as it was")
    func invalidCopy() async throws {
        let client = try ResilientClient(RecordingTransport(), base: "https://h.example")
        let error = await resilientError { try client.with { $0.retry?.maxAttempts = 0 } }
        #expect(error?.problems.map(\.path) == ["retry.max_attempts"])
        #expect(throws: Failure.self) { try client.with { _ in throw Failure() } }
        #expect(client.configuration.retry?.maxAttempts == 3)
        #expect(try await client.get("/").status == 200)
    }

    @Test("withResilientClient shuts down after a result, an error and a cancellation")
    func scoped() async throws {
        for ending in 0..<3 {
            let transport = RecordingTransport()
            let task = Task {
                try await withResilientClient(dependencies: Dependencies(transport: transport)) { client in
                    if ending == 1 { throw Failure() }
                    if ending == 2 {
                        withUnsafeCurrentTask { $0?.cancel() }
                        try Task.checkCancellation()
                    }
                    return client.callsInFlight
                }
            }
            switch (ending, await task.result) {
            case (0, .success(0)): break
            case (1, .failure(let error)): #expect(error is Failure)
            case (2, .failure(let error)): #expect(error is CancellationError)
            default: Issue.record("unexpected end")
            }
            #expect(transport.shutdowns == 1)
        }
    }

    @Test("Shutting down waits for what is under way, then ends it")
    func draining() async throws {
        let (entered, answer) = (OneShot<Void>(), OneShot<ClientResponse>())
        let transport = RecordingTransport { _ in
            entered.resolve(.success(()))
            return try await answer.value()
        }
        let client = try ResilientClient(transport, base: "https://h.example")
        async let response = client.get("/")
        try await entered.value()
        #expect(client.callsInFlight == 1)
        async let shutdown: Void = client.shutdown(grace: .seconds(1000))
        while await resilientError({ try await client.get("/other") })?.code != .clientClosed { await Task.yield() }
        #expect(transport.shutdowns == 0)
        answer.resolve(.success(ClientResponse(status: 200)))
        await shutdown
        #expect(try await response.status == 200)
        #expect(client.callsInFlight == 0 && transport.shutdowns == 1)
    }

    @Test("A cancelled task's call is a CancellationError and is not sent")
    func cancelled() async throws {
        let transport = RecordingTransport()
        let client = try ResilientClient(transport, base: "https://h.example")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.get("/")
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transport.requests.isEmpty && client.callsInFlight == 0)
    }
}
