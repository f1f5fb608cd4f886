import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

/// The order of the stages, explained by example: what each of them sees of one call.
@Suite struct StageOrderTests {
    private final class Journal: Sendable {
        private let lines = Mutex<[String]>([])
        var text: [String] { lines.withLock { $0 } }
        func note(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Witness: Middleware {
        let name: String
        let journal: Journal

        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            journal.note("\(name) → \(request.url.path)")
            let response = try await next(request, context: context)
            journal.note("\(name) ← \(response.status)")
            return response
        }
    }

    private func stages(_ journal: Journal, _ places: [(String, StagePosition)]) -> [CustomStage] {
        places.map { CustomStage(.init(rawValue: $0.0), Witness(name: $0.0, journal: journal), at: $0.1) }
    }

    @Test func whatIsPlacedWhereSeesTheCallTheHopOrTheAttempt() throws {
        let journal = Journal()
        let transport = MockTransport(.status(503), .status(302, headers: [.location: "/b"]), .ok)
        let response = try simulate(transport: transport) {
            $0.stages = stages(
                journal,
                [
                    ("attempt", .innermost),
                    ("hop", .before(.retry)),
                    ("call", .outermost),
                    ("also attempt", .after(.retry)),
                ]
            )
        } _: { client, _ in
            #expect(
                client.stages.map(\.rawValue) == [
                    "call", "validation", "redirects", "hop", "retry", "also attempt", "circuit_breaker",
                    "attempt_timeout",
                    "attempt",
                ]
            )
            return try await client.get("https://example.com/a")
        }
        #expect(response.status == 200)
        #expect(
            journal.text == [
                "call → /a",
                "hop → /a",
                "also attempt → /a", "attempt → /a", "attempt ← 503", "also attempt ← 503",
                "also attempt → /a", "attempt → /a", "attempt ← 302", "also attempt ← 302",
                "hop ← 302",
                "hop → /b",
                "also attempt → /b", "attempt → /b", "attempt ← 200", "also attempt ← 200",
                "hop ← 200",
                "call ← 200",
            ]
        )
    }

    @Test func stagesAtOnePlaceKeepTheirOrderAlsoWhereTheBuiltInOneIsOff() throws {
        let journal = Journal()
        try simulate(.passthrough) {
            $0.stages = stages(
                journal,
                [
                    ("5", .innermost), ("1", .outermost), ("4", .after(.retry)), ("3", .before(.retry)),
                    ("2", .outermost), ("6", .innermost),
                ]
            )
        } _: { client, _ in
            #expect(client.stages.map(\.rawValue) == ["1", "2", "3", "4", "5", "6"])
            _ = try await client.get("https://example.com/a")
        }
        #expect(journal.text.prefix(6) == ["1 → /a", "2 → /a", "3 → /a", "4 → /a", "5 → /a", "6 → /a"])
    }

    @Test func theWholeOrderCanBeReplaced() throws {
        let journal = Journal()
        let configuration = Configuration().with {
            $0.order = [
                .attemptTimeout, .circuitBreaker, .init(rawValue: "mine"), .retry, .redirects, .validation,
            ]
        }
        try simulate(configuration) {
            $0.stages = stages(journal, [("mine", .outermost)])
        } _: { client, _ in
            #expect(
                client.stages.map(\.rawValue) == [
                    "attempt_timeout", "circuit_breaker", "mine", "retry", "redirects", "validation",
                ]
            )
        }
    }

    @Test func everyMistakeInAnOrderIsListed() throws {
        let configuration = Configuration().with {
            $0.order = [.retry, .retry, .init(rawValue: "nothing"), .validation]
        }
        let error = try #require(throws: ResilientError.self) {
            try simulate(configuration) {
                $0.stages = stages(Journal(), [("retry", .innermost), ("x", .before(.deadline))])
            } _: { _, _ in
            }
        }
        #expect(error.code == .configuration)
        #expect(error.problems.map(\.path) == Array(repeating: "order", count: 5) + ["stages", "stages"])
    }

    @Test func aStageMayAnswerByItselfRepeatOrChangeTheRequest() throws {
        struct Twice: Middleware {
            func intercept(
                _ request: ClientRequest,
                context: RequestContext,
                next: Next
            ) async throws -> ClientResponse {
                if request.url.path == "/own" { return ClientResponse(status: 203) }
                _ = try await next(request, context: context)
                return try await next(request, context: context)
            }
        }
        let transport = MockTransport()
        let statuses = try simulate(transport: transport) {
            $0.stages = [CustomStage(.init(rawValue: "twice"), Twice(), at: .before(.retry))]
        } _: { client, _ in
            let own = try await client.get("https://example.com/own")
            let repeated = try await client.get("https://example.com/")
            return [own.status, repeated.status]
        }
        #expect(statuses == [203, 200])
        #expect(transport.requestCount == 2)
    }
}
