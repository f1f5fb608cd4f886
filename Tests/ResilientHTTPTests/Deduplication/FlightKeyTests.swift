import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite struct FlightKeyTests {
    private let ignored = IgnoredFields(DeduplicationConfiguration.standardIgnoredHeaders)

    private func key(
        _ request: ClientRequest,
        _ options: RequestOptions = RequestOptions(),
        limit: Int = .max,
        reach: Reach = .home,
        deadline: Duration? = nil
    ) throws -> FlightKey {
        let call = CallRecord(
            requestID: RequestID(high: 0, low: 0),
            options: options,
            runtime: .manual(ManualClock())
        )
        var context = RequestContext(call: call, body: .bytes(limit: limit))
        context.reach = reach
        context.deadline = deadline.map { Deadline(call.startedAt + $0, kind: .total, timeout: $0) }
        return try #require(FlightKey(request, context, ignoring: ignored))
    }

    private func request(_ fields: (String, String)...) -> ClientRequest {
        let headers = fields.compactMap { name, value in
            HeaderFields.Name(name).map { HeaderFields.Field(name: $0, value: value) }
        }
        return ClientRequest(url: .example("a"), headers: HeaderFields(headers))
    }

    private func post(_ body: RequestBody) -> ClientRequest {
        ClientRequest(method: .post, url: .example("a"), body: body)
    }

    private func expectSame(_ left: FlightKey, _ right: FlightKey) {
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
    }

    @Test func theSameRequestIsTheSame() throws {
        expectSame(try key(request(("Accept", "a"))), try key(request(("Accept", "a"))))
        expectSame(try key(post(.text("body"))), try key(post(.text("body"))))
    }

    @Test func namesCountWithoutCaseAndFieldsOfDifferentNamesInAnyOrder() throws {
        expectSame(
            try key(request(("Accept", "a"), ("X-One", "1"))),
            try key(request(("x-one", "1"), ("ACCEPT", "a")))
        )
        #expect(try key(request(("X", "1"), ("X", "2"))) != key(request(("X", "2"), ("X", "1"))))
        #expect(try key(request(("X", "1"), ("X", "1"))) != key(request(("X", "1"))))
        #expect(try key(request(("X", "1"), ("Y", "2"))) != key(request(("X", "2"), ("Y", "1"))))
        #expect(try key(request(("X", "1"), ("X", "2"))) != key(request(("X", "1"), ("Y", "2"))))
    }

    @Test(arguments: ["traceparent", "TraceState", "Baggage", "X-Request-Id", "x-correlation-id"])
    func ignoredFieldsDoNotCount(_ name: String) throws {
        expectSame(try key(request(("Accept", "a"), (name, "1"))), try key(request((name, "2"), ("Accept", "a"))))
        expectSame(try key(request((name, "1"))), try key(request()))
    }

    @Test(arguments: ["Authorization", "Cookie", "X-API-Key", "Accept", "Accept-Language", "Range", "X-Anything"])
    func everyOtherFieldCounts(_ name: String) throws {
        #expect(try key(request((name, "1"))) != key(request((name, "2"))))
        #expect(try key(request((name, "1"))) != key(request()))
    }

    @Test func methodURLAndDestinationCount() throws {
        let base = ClientRequest(url: .example("a"))
        #expect(try key(base) != key(ClientRequest(method: .head, url: .example("a"))))
        for other in ["https://example.com/b", "https://example.com/a?x=1", "http://example.com/a"] {
            #expect(try key(base) != key(ClientRequest(url: #require(URL(string: other)))))
        }
        expectSame(
            try key(base),
            try key(ClientRequest(url: #require(URL(string: "https://example.com/a#part?x=1"))))
        )
        #expect(try key(base) != key(base, reach: .left))
        #expect(try key(base) != key(base, limit: 10))
    }

    @Test func bodiesCountToTheLastByte() throws {
        let long = String(repeating: "x", count: 100_000)
        let middle = long.prefix(50_000) + "y" + long.prefix(49_999)
        #expect(try key(post(.text("1"))) != key(post(.text("2"))))
        #expect(try key(post(.text(long))) != key(post(.text(String(middle)))))
        #expect(try key(post(.bytes(Data(), contentType: nil))) != key(post(.empty)))
        let data = Data("1".utf8)
        #expect(
            try key(post(.bytes(data, contentType: "text/plain"))) != key(post(.bytes(data, contentType: "a/b")))
        )
    }

    @Test func whatDecidesHowARequestIsSentCounts() throws {
        let plain = try key(request())
        let different: [RequestOptions] = [
            .init(endpoint: "list"), .init(attemptTimeout: .seconds(1)), .init(connectTimeout: .seconds(1)),
            .init(firstByteTimeout: .seconds(1)), .init(idleTimeout: .seconds(1)), .init(responseLimit: 1),
            .init(maxAttempts: 1), .init(idempotencyKey: "1"), .init(isHedged: false), .init(bypassesBreaker: true),
            .init(cost: 2), .init(tenant: "one"), .init(omittedHeaders: ["accept"]),
        ]
        for options in different {
            #expect(try key(request(), options) != plain)
            expectSame(try key(request(), options), try key(request(), options))
        }
        #expect(try key(request(), .init(tenant: "one")) != key(request(), .init(tenant: "two")))
    }

    @Test func whatOnlyItsCallerGoesByDoesNot() throws {
        let plain = try key(request())
        let same: [RequestOptions] = [
            .init(cacheMode: .reload), .init(cacheTTL: .seconds(1)), .init(cacheTags: ["a"]),
            .init(isDeduplicated: true), .init(priority: .high), .init(tags: ["a": "b"]),
        ]
        for options in same { expectSame(try key(request(), options), plain) }
        expectSame(try key(request(), .init(totalTimeout: .seconds(1)), deadline: .seconds(1)), plain)
        // One that is kept further in is the flight's.
        #expect(try key(request(), .init(totalTimeout: .seconds(1))) != plain)
    }

    @Test func manyRequestsThatDifferInOneFieldHaveDifferentHashes() throws {
        let authorized = try (0..<1000).map { try key(request(("Authorization", "Bearer \($0)"))).hashValue }
        let tenants = try (0..<1000).map { try key(request(), .init(tenant: "\($0)")).hashValue }
        let bodies = try (0..<1000).map { try key(post(.text(String(repeating: "x", count: 100) + "\($0)"))).hashValue }
        for hashes in [authorized, tenants, bodies] { #expect(Set(hashes).count > 990) }
    }
}
