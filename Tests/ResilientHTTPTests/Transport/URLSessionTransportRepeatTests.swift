import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverRealSockets {
    /// Rule 10: nothing that must not be repeated is delivered twice, whatever a kept-alive connection does.
    @Suite(.timeLimit(.minutes(1)))
    struct URLSessionTransportRepeatTests {
        private static let unsafe: [(String, RequestBody)] = [
            ("POST", .empty), ("PATCH", .empty), ("PURGE", .empty), ("POST", .bytes(Data())), ("POST", .text("x")),
            ("PATCH", .text("x")), ("POST", .bytes(Data(repeating: 1, count: 300_000))),
        ]

        private static let endings: [FaultServer.Behaviour] = [.closeWithoutAnswer, .resetBeforeHead()]

        /// The worst case: the server has acted on the request when the kept-alive connection ends, and would do so again.
        @Test(arguments: unsafe, endings)
        func anUnsafeRequestIsDeliveredOnce(
            _ request: (method: String, body: RequestBody),
            _ ending: FaultServer.Behaviour
        ) async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script("/warm", [.ok])
                harness.server.script("/order", [ending, .ok])
                #expect(try await harness.send(.get, "/warm").text == "ok")
                let error = try await harness.failure(.init(request.method), "/order", body: request.body)
                #expect(error.code == .connectionLost)
                #expect(error.reachedServer == .maybe)
                #expect(harness.server.completeRequests(path: "/order") == 1)
            }
        }

        @Test(arguments: unsafe, [false, true])
        func anUnsafeRequestOnAStaleConnectionIsDeliveredAtMostOnce(
            _ request: (method: String, body: RequestBody),
            _ reset: Bool
        ) async throws {
            try await SocketHarness.urlSession { (harness) async throws in
                harness.server.script("/warm", [.staleAfterAnswer("warm", reset: reset)])
                #expect(try await harness.send(.get, "/warm").text == "warm")
                // The server ends the connection when the first bytes come, and reads nothing of the request. When curl
                // learns of it before it has sent any of the body, it begins anew by itself, and that is the only delivery.
                do {
                    #expect(try await harness.send(.init(request.method), "/order", body: request.body).status == 200)
                    #expect(harness.server.completeRequests(path: "/order") == 1)
                } catch let error as ResilientError {
                    #expect(error.code == .connectionLost)
                    #expect(error.reachedServer == .maybe)
                    #expect(request.body.length != 0)
                    #expect(harness.server.completeRequests(path: "/order") == 0)
                }
            }
        }

        @Test(arguments: endings)
        func aFileIsDeliveredOnce(_ ending: FaultServer.Behaviour) async throws {
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
            try Data(repeating: 2, count: 1_000).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            try await SocketHarness.urlSession { harness in
                harness.server.script("/warm", [.ok])
                harness.server.script("/order", [ending, .ok])
                #expect(try await harness.send(.get, "/warm").text == "ok")
                let error = try await harness.failure(.post, "/order", body: .file(file))
                #expect(error.code == .connectionLost)
                #expect(error.reachedServer == .maybe)
                #expect(harness.server.completeRequests(path: "/order") == 1)
            }
        }

        /// What the capability `neverRepeats` leaves open, and why a GET is not worth a connection of its own.
        @Test func aGetMayBeRepeatedByCurl() async throws {
            try await SocketHarness.urlSession { (harness) async throws in
                harness.server.script("/warm", [.ok])
                harness.server.script("/page", [.closeWithoutAnswer, .ok])
                #expect(harness.transport.capabilities.neverRepeats)
                #expect(try await harness.send(.get, "/warm").text == "ok")
                #expect(try await harness.send(.get, "/page").text == "ok")
                #expect(harness.server.completeRequests(path: "/page") == 2)
            }
        }

        @Test func unsafeRequestsWithoutABodyHaveAConnectionEach() async throws {
            try await SocketHarness.urlSession { harness in
                for _ in 0..<3 {
                    let response = try await harness.send(.post, "/order")
                    #expect(response.status == 200)
                }
                #expect(harness.server.counters.accepted == 3)
                try await harness.server.waitForNoConnections()
            }
        }
    }
}
