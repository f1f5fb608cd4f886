import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct CredentialCrowdTests {
    private struct Failure: Error {}

    /// A service that takes only the newest token, and counts who asks for it.
    private final class Tokens: Sendable {
        let refreshes = Mutex(0)

        func next() -> Int {
            refreshes.withLock { count in
                count += 1
                return count
            }
        }

        var count: Int { refreshes.withLock { $0 } }
    }

    private static func service() -> MockTransport {
        let transport = MockTransport()
        transport.on(.any) { sent in
            sent.request.headers[.authorization]?.hasPrefix("Bearer fresh") == true ? .ok : .status(401)
        }
        return transport
    }

    /// The statuses of calls that are made at once, each with a token.
    private static func crowd(_ client: ResilientClient, _ tokens: [String]) async -> [Int] {
        await withTaskGroup(of: Int.self) { group in
            for token in tokens {
                group.addTask {
                    let request = ClientRequest(url: .example("a"), headers: [.authorization: "Bearer \(token)"])
                    return (try? await client.send(request).status.code) ?? 0
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func oneRefreshServesACrowdAndLaterCalls() throws {
        let (transport, tokens) = (Self.service(), Tokens())
        try simulate(transport: transport) {
            $0.refreshCredentials = { request, _, context in
                try await context.sleep(for: .seconds(1))
                var request = request
                request.headers[.authorization] = "Bearer fresh-\(tokens.next())"
                return request
            }
        } _: { client, _ in
            #expect(await Self.crowd(client, Array(repeating: "old", count: 20)) == Array(repeating: 200, count: 20))
            #expect(tokens.count == 1)
            #expect(transport.requestCount == 40)
            #expect(await Self.crowd(client, ["old"]) == [200])
            #expect(tokens.count == 1)
            #expect(transport.requestCount == 41)
        }
    }

    @Test func eachCallersCredentialIsRenewedByItself() throws {
        let (transport, tokens) = (Self.service(), Tokens())
        try simulate(transport: transport) {
            $0.refreshCredentials = { request, _, _ in
                var request = request
                request.headers[.authorization] = "Bearer fresh of \(request.headers[.authorization] ?? "")"
                _ = tokens.next()
                return request
            }
        } _: { client, _ in
            for _ in 0..<2 { #expect(await Self.crowd(client, ["alice", "bob"]) == [200, 200]) }
        }
        #expect(tokens.count == 2)
        let last = Set(transport.requests.suffix(2).map { $0.request.headers[.authorization] })
        #expect(last == ["Bearer fresh of Bearer alice", "Bearer fresh of Bearer bob"])
    }

    @Test func aFailureIsSharedAndNotAskedForAgainAtOnce() throws {
        let tokens = Tokens()
        try simulate(transport: Self.service()) {
            $0.refreshCredentials = { _, _, context in
                _ = tokens.next()
                try await context.sleep(for: .seconds(1))
                throw Failure()
            }
        } _: { client, simulation in
            #expect(await Self.crowd(client, ["old", "old", "old"]) == [0, 0, 0])
            #expect(tokens.count == 1)
            #expect(await Self.crowd(client, ["old"]) == [401])
            #expect(tokens.count == 1)
            try await simulation.sleep(for: .seconds(2))
            #expect(await Self.crowd(client, ["old"]) == [0])
            #expect(tokens.count == 2)
        }
    }

    @Test func whoLeavesLeavesAlone() throws {
        let tokens = Tokens()
        try simulate(transport: Self.service()) {
            $0.refreshCredentials = { request, _, context in
                try await context.sleep(for: .seconds(2))
                var request = request
                request.headers[.authorization] = "Bearer fresh-\(tokens.next())"
                return request
            }
        } _: { client, _ in
            let request = ClientRequest(url: .example("a"), headers: [.authorization: "Bearer old"])
            async let hurried = resilientError {
                try await client.send(request, options: .init(totalTimeout: .seconds(1)))
            }
            async let patient = client.send(request)
            #expect(await hurried?.code == .deadlineExceeded)
            let served = try await patient
            #expect(served.status == 200)
            #expect(tokens.count == 1)
        }
    }

    @Test func whenNobodyIsLeftTheRefreshEndsAndTheNextCallBeginsAnother() throws {
        let tokens = Tokens()
        try simulate(transport: Self.service()) {
            $0.refreshCredentials = { request, _, context in
                if tokens.next() == 1 { try await context.sleep(for: .seconds(1000)) }
                var request = request
                request.headers[.authorization] = "Bearer fresh"
                return request
            }
        } _: { client, simulation in
            let request = ClientRequest(url: .example("a"), headers: [.authorization: "Bearer old"])
            let start = simulation.clock.now
            let error = await resilientError {
                try await client.send(request, options: .init(totalTimeout: .seconds(1)))
            }
            #expect(error?.code == .deadlineExceeded)
            let served = try await client.send(request)
            #expect(served.status == 200)
            #expect(simulation.clock.now - start < .seconds(10))
        }
    }
}
