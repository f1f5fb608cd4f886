import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// What a fallback is given when the service cannot be asked.
@Suite struct AnyStoredTests {
    private func text(
        after seconds: Int,
        _ directives: String,
        _ headers: HeaderFields = [:],
        mode: CacheMode? = nil,
        retention: Int = 1000
    ) async throws -> String? {
        let clock = ManualClock()
        let runtime = ClientRuntime.manual(clock)
        var configuration = CacheConfiguration()
        configuration.retention = .seconds(retention)
        let stage = CacheStage(
            try ResponseCache(configuration, store: nil, runtime: runtime),
            decide: nil,
            budget: nil,
            background: BackgroundCalls(CallRegistry(), RequestIDSource(runtime))
        )
        let answer = MockAnswer.status(200, headers: [.cacheControl: directives, .eTag: "\"a\""], body: "body")
        let pipeline = Pipeline(
            stages: [Stage(.cache, stage)],
            transport: MockTransport(answer),
            defaults: RequestDefaults(.passthrough),
            boundary: OriginBoundary(.passthrough)
        )
        func context(_ options: RequestOptions) -> RequestContext {
            let call = CallRecord(requestID: RequestID(high: 1, low: 2), options: options, runtime: runtime)
            return RequestContext(call: call, body: .bytes(limit: 1000))
        }
        let url = URL.example("x")
        _ = try await pipeline.entrance(ClientRequest(url: url), context: context(RequestOptions()))
        clock.advance(by: .seconds(seconds))
        let options = mode.map { RequestOptions(cacheMode: $0) } ?? RequestOptions()
        let response = try await stage.anyStored(for: ClientRequest(url: url, headers: headers), context(options))
        if let response { #expect(response.source == .stale) }
        return response?.text
    }

    @Test func whateverIsKeptIsServedHoweverOldItIs() async throws {
        for seconds in [0, 10, 1009] { #expect(try await text(after: seconds, "max-age=10") == "body") }
        #expect(try await text(after: 1010, "max-age=10") == nil)
        #expect(try await text(after: 5, "max-age=0") == "body")
        #expect(try await text(after: 5, "max-age=10", [.cacheControl: "max-age=1"]) == "body")
    }

    @Test func whatMustNotBeServedWithoutAskingIsNot() async throws {
        for directives in ["no-store", "no-cache, max-age=10", "must-revalidate, max-age=10"] {
            #expect(try await text(after: 11, directives) == nil)
        }
        #expect(try await text(after: 1, "max-age=10", [.cacheControl: "no-cache"]) == nil)
        #expect(try await text(after: 1, "max-age=10", [.cacheControl: "no-store"]) == nil)
        #expect(try await text(after: 1, "max-age=10", [.authorization: "Bearer other"]) == nil)
        for mode in [CacheMode.reload, .noStore, .bypass, .revalidate] {
            #expect(try await text(after: 1, "max-age=10", mode: mode) == nil)
        }
    }
}
