import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// Rule 10: nothing that must not be repeated is delivered twice, whatever a kept-alive connection does.
@Suite(.timeLimit(.minutes(1)))
struct URLSessionTransportRepeatTests {
    private static let unsafe: [(String, RequestBody)] = [
        ("POST", .empty), ("PATCH", .empty), ("PURGE", .empty), ("POST", .bytes(Data())), ("POST", .text("x")),
        ("PATCH", .text("x")), ("POST", .bytes(Data(repeating: 1, count: 300_000))),
    ]

    @Test(arguments: unsafe, [false, true])
    func anUnsafeRequestOnAStaleConnectionIsNotRepeated(
        _ request: (method: String, body: RequestBody),
        _ reset: Bool
    ) async throws {
        try await TransportHarness.run { harness in
            harness.server.script("/warm", [.staleAfterAnswer("warm", reset: reset)])
            #expect(try await harness.send(.get, "/warm").text == "warm")
            do {
                let response = try await harness.send(.init(request.method), "/order", body: request.body)
                #expect(response.status == 200)
                #expect(harness.server.completeRequests(path: "/order") == 1)
            } catch let error as ResilientError {
                // The server ended the connection when the request's first bytes came: it counts as delivered once.
                #expect(error.code == .connectionLost)
                #expect(error.reachedServer == .maybe)
                #expect(harness.server.completeRequests(path: "/order") == 0)
            }
        }
    }

    @Test func aFileOnAStaleConnectionIsNotRepeated() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        try Data(repeating: 2, count: 1_000).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await TransportHarness.run { harness in
            harness.server.script("/warm", [.staleAfterAnswer("warm")])
            #expect(try await harness.send(.get, "/warm").text == "warm")
            let error = try await harness.failure(.post, "/order", body: .file(file))
            #expect(error.code == .connectionLost)
            #expect(error.reachedServer == .maybe)
            #expect(harness.server.completeRequests(path: "/order") == 0)
        }
    }

    @Test func unsafeRequestsWithoutABodyHaveAConnectionEach() async throws {
        try await TransportHarness.run { harness in
            for _ in 0..<3 {
                let response = try await harness.send(.post, "/order")
                #expect(response.status == 200)
            }
            #expect(harness.server.counters.accepted == 3)
            try await harness.server.waitForNoConnections()
        }
    }

    @Test func aGetOnAStaleConnectionSucceeds() async throws {
        try await TransportHarness.run { (harness) async throws in
            harness.server.script("/warm", [.staleAfterAnswer("warm")])
            #expect(try await harness.send(.get, "/warm").text == "warm")
            #expect(try await harness.send(.get, "/again").status == 200)
        }
    }
}
