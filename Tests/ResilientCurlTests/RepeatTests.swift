#if os(Linux)
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Nothing that must not be repeated is delivered twice, whatever a kept connection does.
    @Suite(.timeLimit(.minutes(1)))
    struct RepeatTests {
        enum Kind: CaseIterable {
            case empty, small, streamed

            var body: RequestBody {
                switch self {
                case .empty: .empty
                case .small: .text("an order")
                case .streamed:
                    .stream {
                        AsyncThrowingStream { continuation in
                            continuation.yield(Data("an ".utf8))
                            continuation.yield(Data("order".utf8))
                            continuation.finish()
                        }
                    }
                }
            }
        }

        /// As the library is, and as one before 7.80 would be, which does not tell of its sendings.
        static func library(tellsSendings: Bool) throws -> CurlLibrary {
            var library = try CurlLibrary.loaded.get()
            if !tellsSendings { library.number = 0x07_4F00 }
            return library
        }

        private static let tries = 1_000
        private static let lanes = 8

        /// The server closes idle connections in silence, in four ways. A repeat would be answered with 200.
        @Test(arguments: Kind.allCases, [true, false])
        func anOrderIsDeliveredAtMostOnce(_ kind: Kind, tellsSendings: Bool) async throws {
            let library = try Self.library(tellsSendings: tellsSendings)
            try await CurlHarness.run(library: library) { harness in
                let endings: [FaultServer.Behaviour] = [
                    .ok, .staleAfterAnswer(), .staleAfterAnswer(reset: true), .closedAfterAnswer(),
                ]
                for (index, ending) in endings.enumerated() { harness.server.script("/warm/\(index)", [ending]) }
                // The worst: the server has acted on it, and would do so again.
                harness.server.script("/order", [.closeWithoutAnswer, .ok])
                harness.server.script("/order/fine", [.ok])
                let outcomes = try await Self.orders(kind, over: harness, endings.count)
                let delivered = Dictionary(grouping: harness.server.requests.filter(Self.isOrder)) { $0.requestKey }
                #expect(delivered.values.allSatisfy { $0.count == 1 })
                let lost = outcomes.count { !$0 }
                #expect(lost > Self.tries / 10 && lost < Self.tries)
                #expect(delivered.count >= Self.tries - lost)
            }
        }

        private static func isOrder(_ request: FaultServer.ReceivedRequest) -> Bool {
            request.path.hasPrefix("/order") && request.isComplete
        }

        /// Whether each was answered.
        private static func orders(_ kind: Kind, over harness: CurlHarness, _ endings: Int) async throws -> [Bool] {
            try await withThrowingTaskGroup(of: [Bool].self) { group in
                for lane in 0..<lanes {
                    group.addTask {
                        var answered: [Bool] = []
                        for number in stride(from: lane, to: tries, by: lanes) {
                            // It may meet a stale connection itself.
                            _ = try? await harness.send(.get, "/warm/\(number % endings)")
                            answered.append(try await order(number, kind, over: harness))
                        }
                        return answered
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }

        private static func order(_ number: Int, _ kind: Kind, over harness: CurlHarness) async throws -> Bool {
            let key = HeaderFields.Name(constant: "X-Request-Key")
            let path = number % 5 == 0 ? "/order" : "/order/fine"
            do {
                return try await harness.send(.post, path, headers: [key: "\(number)"], body: kind.body).status == 200
            } catch let error as ResilientError where error.code == .connectionLost {
                #expect(error.reachedServer == .maybe)
                return false
            }
        }

        @Test func withoutToldSendingsAnOrderHasAConnectionOfItsOwn() async throws {
            try await CurlHarness.run(library: Self.library(tellsSendings: false)) { harness in
                harness.server.script("/", [.ok])
                for _ in 0..<3 { _ = try await harness.send(.post, body: .text("x")) }
                #expect(harness.server.counters.accepted == 3)
                for _ in 0..<3 { _ = try await harness.send() }
                #expect(harness.server.counters.accepted == 3)
            }
        }

        /// What the capability `neverRepeats` leaves open: a method that is idempotent.
        @Test func aPutIsRepeatedFromMemoryAndNotFromAStream() async throws {
            try await CurlHarness.run { harness in
                for path in ["/memory", "/large", "/stream"] {
                    harness.server.script(path, [.closeWithoutAnswer, .ok])
                }
                harness.server.script("/warm", [.ok])
                _ = try await harness.send(.get, "/warm")
                #expect(try await harness.send(.put, "/memory", body: .text("page")).text == "ok")
                let large = Data(repeating: 7, count: 200_000)
                #expect(try await harness.send(.put, "/large", body: .bytes(large)).text == "ok")
                #expect(harness.server.requests(path: "/large").map(\.bodyBytes) == [large.count, large.count])
                let options = RequestOptions(attemptTimeout: .seconds(3))
                let error = try await harness.failure(.put, "/stream", body: Kind.streamed.body, options: options)
                #expect(error.code == .connectionLost)
                #expect(error.reachedServer == .maybe)
                #expect(harness.server.completeRequests(path: "/stream") == 1)
            }
        }
    }
}
#endif
