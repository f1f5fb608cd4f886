#if os(Linux)
import Foundation
import ResilientHTTP
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Nothing that must not be repeated is processed twice, however a server ends streams and connections.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct HTTP2RepeatTests {
        /// How an order ends that is not answered. A repeat would be answered with 200.
        enum Ending: Int, CaseIterable {
            /// The connection ends right after the answer before it.
            case closedBefore
            /// The server has taken leave without it (GOAWAY), and it was on its way.
            case leftOut
            /// The server has taken leave with it, and ends without an answer.
            case leftWithin
            case refused
            case failed
            case closed
            /// Before all of it has come, where there is a body.
            case closedHalfway
            /// Within the answer.
            case closedInAnswer
            case broken

            var needsAll: Bool { self != .leftOut && self != .closedHalfway }

            func moves(_ stream: UInt32) -> [Move] {
                switch self {
                case .closedBefore: Move.answer(stream)
                // Its number is the highest yet, and all before it are taken.
                case .leftOut: [.send(.goAway(last: stream - min(stream, 2))), .close]
                case .leftWithin: [.leave, .close]
                case .refused: [.send(.reset(stream, .refusedStream))]
                case .failed: [.send(.reset(stream, .internalError))]
                case .closed, .closedHalfway: [.close]
                case .closedInAnswer: [.send(.headers(stream)), .close]
                case .broken: [.reset]
                }
            }
        }

        /// What became of an order.
        struct Outcome {
            let key: String
            /// Whether it is said to have come; nil when it was answered.
            let failure: ResilientError.ReachedServer?
        }

        private static let tries = 1_000
        private static let lanes = 8
        /// A stream beside one that has read the end of the connection may not hear of it before TCP's end, for which
        /// the terminator takes 3 s.
        private static let options = RequestOptions(attemptTimeout: .milliseconds(250))

        @Test(arguments: RepeatTests.Kind.allCases, [true, false])
        func anOrderIsProcessedAtMostOnce(_ kind: RepeatTests.Kind, tellsSendings: Bool) async throws {
            let library = try RepeatTests.library(tellsSendings: tellsSendings)
            try await HTTP2Harness.run(library: library) { (harness) async throws in
                harness.server.script("/warm") { $0.isComplete ? Move.answer($0.stream) : [] }
                harness.server.script("/warm/closed") { $0.isComplete ? Move.answer($0.stream) + [.close] : [] }
                harness.server.script("/order", Self.order)
                let outcomes = try await Self.orders(kind, over: harness)
                Self.check(outcomes, harness.server.deliveries, tellsSendings: tellsSendings)
            }
        }

        private static func check(_ outcomes: [Outcome], _ deliveries: [Delivery], tellsSendings: Bool) {
            let byKey = Dictionary(grouping: deliveries.filter { $0.path == "/order" }) { $0.key }
            for (key, all) in byKey {
                // What was refused was not processed (RFC 9113 §8.7), and only that may come again.
                #expect(all.count { !$0.isRefused } <= 1, "order \(key)")
                // An older libcurl repeats that by itself, and cannot be kept from it.
                #expect(all.count == 1 || !tellsSendings, "order \(key)")
            }
            for outcome in outcomes {
                let isProcessed = byKey[outcome.key]?.contains { $0.isComplete && !$0.isRefused } ?? false
                #expect(isProcessed || outcome.failure != nil, "order \(outcome.key) is answered by nobody")
                #expect(!isProcessed || outcome.failure != .no, "order \(outcome.key) is said not to have come")
            }
            let lost = outcomes.count { $0.failure != nil }
            #expect(lost > tries / 4 && lost < tries)
            #expect(deliveries.count { $0.isRefused } > tries / 20)
        }

        /// Half of the orders are answered.
        private static let order: FrameScript = { arrival in
            let number = Int(arrival.key) ?? 0
            guard arrival.repeats == 0, number % 2 == 0,
                let ending = Ending(rawValue: number / 2 % Ending.allCases.count)
            else { return arrival.isComplete ? Move.answer(arrival.stream) : [] }
            return arrival.isComplete || !ending.needsAll ? ending.moves(arrival.stream) : []
        }

        private static func orders(_ kind: RepeatTests.Kind, over harness: HTTP2Harness) async throws -> [Outcome] {
            try await withThrowingTaskGroup(of: [Outcome].self) { group in
                for lane in 0..<lanes {
                    group.addTask {
                        var outcomes: [Outcome] = []
                        for number in stride(from: lane, to: tries, by: lanes) {
                            let isClosed = number / 2 % Ending.allCases.count == Ending.closedBefore.rawValue
                            // It may meet a connection that ends.
                            _ = try? await harness.send(.get, isClosed ? "/warm/closed" : "/warm", options: options)
                            outcomes.append(try await order("\(number)", kind, over: harness))
                        }
                        return outcomes
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }

        private static func order(
            _ key: String,
            _ kind: RepeatTests.Kind,
            over harness: HTTP2Harness
        ) async throws -> Outcome {
            do {
                let response = try await harness.send(.post, "/order", key: key, body: kind.body, options: options)
                #expect(response.status == 200)
                return Outcome(key: key, failure: nil)
            } catch let error as ResilientError where [.connectionLost, .attemptTimeout].contains(error.code) {
                return Outcome(key: key, failure: error.reachedServer)
            }
        }
    }
}
#endif
