import Foundation
import ResilientHTTP
import Testing

@Suite("The order of the stages")
struct StageArrangementTests {
    private struct Pass: Middleware {
        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            try await next(request, context: context)
        }
    }

    private func name(_ text: String) -> StageName { StageName(rawValue: text) }

    private func stages(
        _ custom: [(String, StagePosition)],
        order: [StageName]? = nil,
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> [String] {
        var dependencies = Dependencies()
        dependencies.stages = custom.map { CustomStage(name($0.0), Pass(), at: $0.1) }
        return try ResilientClient(RecordingTransport(), dependencies: dependencies) {
            $0.order = order
            change(&$0)
        }.stages.map(\.rawValue)
    }

    private func problems(_ custom: [(String, StagePosition)], order: [StageName]? = nil) throws -> [String] {
        let error = try #require(throws: ResilientError.self) { _ = try stages(custom, order: order) }
        #expect(error.code == .configuration)
        return error.problems.map(\.description)
    }

    @Test("Custom stages stand where they were put, several at a place in their order")
    func places() throws {
        let found = try stages([
            ("in", .innermost), ("out", .outermost), ("before", .before(.retry)), ("after", .after(.retry)),
            ("after2", .after(.retry)),
            ("out2", .outermost),
        ])
        #expect(
            found == [
                "out", "out2", "validation", "redirects", "before", "retry", "after", "after2", "circuit_breaker",
                "attempt_timeout", "in",
            ]
        )
    }

    @Test("A place holds even when its stage is off")
    func off() throws {
        #expect(
            try stages([("d", .before(.deadline)), ("r", .after(.retry))]) { $0.retry = nil } == [
                "validation", "d", "redirects", "r", "circuit_breaker", "attempt_timeout",
            ]
        )
    }

    @Test("An order may turn the standard one round and name custom stages, each of which then stands there once")
    func custom() throws {
        let order: [StageName] = [.circuitBreaker, .attemptTimeout, name("own"), .retry, .redirects, .validation]
        #expect(
            try stages([("own", .outermost)], order: order) == [
                "circuit_breaker", "attempt_timeout", "own", "retry", "redirects", "validation",
            ]
        )
        #expect(
            try stages([("own", .after(name("gone")))], order: order) == [
                "circuit_breaker", "attempt_timeout", "own", "retry", "redirects", "validation",
            ]
        )
        let relative = try stages([("own", .innermost), ("x", .before(name("own")))], order: order)
        #expect(
            relative == ["circuit_breaker", "attempt_timeout", "x", "own", "retry", "redirects", "validation"]
        )
    }

    @Test("Unknown, repeated and missing names are all reported")
    func orderProblems() throws {
        let found = try problems([], order: [.retry, .retry, name("nonsense"), .validation])
        #expect(found.count == 5, "\(found)")
        for part in [
            "'retry' is listed twice", "'nonsense' is not a stage", "'redirects' is on but not listed",
            "'attempt_timeout' is on", "'circuit_breaker' is on",
        ] {
            #expect(found.contains { $0.contains(part) }, "\(found)")
        }
    }

    @Test("Names that collide and places that are not there are reported")
    func customProblems() throws {
        let found = try problems([
            ("retry", .outermost), ("a", .outermost), ("a", .innermost), ("b", .after(name("nowhere"))),
        ])
        #expect(found.count == 3, "\(found)")
        #expect(found.filter { $0.contains("names two stages") }.count == 2)
        #expect(found.contains { $0.contains("'b' is placed at 'nowhere'") })
    }

    @Test("A custom stage runs where it stands: the outermost once a call, the innermost once an attempt")
    func runs() async throws {
        struct Count: Middleware {
            let transport: RecordingTransport
            func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse
            {
                _ = try await transport.send(request, context: context)
                return try await next(request, context: context)
            }
        }
        let (outer, inner) = (RecordingTransport(), RecordingTransport())
        var dependencies = Dependencies()
        dependencies.stages = [
            CustomStage(name("o"), Count(transport: outer), at: .outermost),
            CustomStage(name("i"), Count(transport: inner), at: .innermost),
        ]
        let server = RecordingTransport([
            ClientResponse(status: 302, headers: [.location: "/b"]), ClientResponse(status: 200),
        ])
        _ = try await ResilientClient(server, base: "https://h.example", dependencies: dependencies).get("/a")
        #expect(outer.requests.map(\.url.path) == ["/a"])
        #expect(inner.requests.map(\.url.path) == ["/a", "/b"])
    }
}
