import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct CacheValidationTests {
    private let tag = "\"a\""

    @Test func aStaleAnswerIsConfirmedAndFreshAgain() throws {
        let transport = MockTransport(
            .fresh(1, "one", tag: tag),
            .notModified(10, tag: tag),
            .fresh(1, "two", tag: "\"b\"")
        )
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            #expect(try await client.fetch().text == "one")
            try await simulation.sleep(for: .seconds(2))
            let confirmed = try await client.fetch()
            #expect(confirmed.status == 200 && confirmed.text == "one" && confirmed.source == .cache)
            #expect(confirmed.headers[.cacheControl] == "max-age=10" && confirmed.attempts.count == 1)
            #expect(
                confirmed.headers[HeaderFields.cacheStatus] == "ResilientHTTP; fwd=stale; fwd-status=304; stored"
            )
            #expect(transport.requests[1].request.headers[HeaderFields.ifNoneMatch] == "\"a\"")
            try await simulation.sleep(for: .seconds(9))
            let hit = try await client.fetch()
            #expect(hit.source == .cache && hit.text == "one" && hit.headers[.age] == "9")
            try await simulation.sleep(for: .seconds(2))
            let replaced = try await client.fetch()
            #expect(replaced.source == .network && replaced.text == "two")
            #expect(try await client.fetch().text == "two")
            #expect(transport.requestCount == 3)
        }
    }

    @Test func bothValidatorsAreSentAndNotWithTheCallersOwn() throws {
        let modified = "Sun, 06 Nov 1994 08:49:37 GMT"
        let transport = MockTransport(
            .status(200, headers: [.cacheControl: "max-age=0", .eTag: "\"a\"", .lastModified: modified]),
            .status(200, headers: [.cacheControl: "max-age=0", .eTag: "\"a\"", .lastModified: modified])
        )
        try simulate(.caching(), transport: transport) { client, _ async throws in
            _ = try await client.fetch()
            _ = try await client.fetch()
            _ = try await client.fetch("x", [HeaderFields.ifNoneMatch: "\"own\""])
            _ = try await client.fetch("x", [HeaderFields.ifModifiedSince: modified])
            let sent = transport.requests.map { request in
                [HeaderFields.ifNoneMatch, HeaderFields.ifModifiedSince].map { request.request.headers[$0] }
            }
            #expect(sent == [[nil, nil], ["\"a\"", modified], ["\"own\"", nil], [nil, modified]])
        }
    }

    @Test func aCallersOwnConditionIsAnsweredFromWhatIsFresh() throws {
        let transport = MockTransport(.fresh(60, "one", tag: tag))
        try simulate(.caching(), transport: transport) { client, _ async throws in
            _ = try await client.fetch()
            let match = try await client.fetch("x", [HeaderFields.ifNoneMatch: "\"z\", W/\"a\""])
            #expect(
                match.status == 304 && match.data.isEmpty && match.source == .cache && match.headers[.eTag] == "\"a\""
            )
            let other = try await client.fetch("x", [HeaderFields.ifNoneMatch: "\"z\""])
            #expect(other.status == 200 && other.text == "one" && other.source == .cache)
            #expect(transport.requestCount == 1)
        }
    }

    @Test func a304ToACallersOwnConditionIsHandedOnAndFreshensWhatItNames() throws {
        let transport = MockTransport(.fresh(1, "one", tag: tag), .notModified(60, tag: tag), .fresh(60, "two"))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            #expect(try await client.fetch("x", [HeaderFields.ifNoneMatch: "\"a\""]).status == 304)
            let hit = try await client.fetch()
            #expect(hit.source == .cache && hit.text == "one")
            #expect(transport.requestCount == 2)
        }
    }

    @Test func a304ForSomethingElseIsAskedAgainWithoutConditions() throws {
        let transport = MockTransport(
            .fresh(1, "one", tag: tag),
            .notModified(60, tag: "\"b\""),
            .fresh(60, "two", tag: "\"b\"")
        )
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            let response = try await client.fetch()
            #expect(response.status == 200 && response.text == "two" && response.source == .network)
            #expect(transport.requests.map { $0.request.headers[HeaderFields.ifNoneMatch] } == [nil, "\"a\"", nil])
        }
    }

    @Test func aServerThatAlwaysSays304IsAskedTwiceAtMost() throws {
        let transport = MockTransport(.fresh(1, "one", tag: tag), .notModified(60, tag: "\"b\""))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            #expect(try await client.fetch().status == 304)
            #expect(transport.requestCount == 3)
        }
    }

    @Test func a304ThatForbidsKeepingIsServedAndForgotten() throws {
        let transport = MockTransport(
            .fresh(1, "one", tag: tag),
            .status(304, headers: [.cacheControl: "no-store", .eTag: tag]),
            .fresh(60, "two")
        )
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            #expect(try await client.fetch().text == "one")
            #expect(try await client.fetch().text == "two")
            #expect(transport.requests[2].request.headers[HeaderFields.ifNoneMatch] == nil)
        }
    }

    @Test func callsThatShareAFlightShareItsConfirmationToo() throws {
        let transport = MockTransport(
            MockAnswer.fresh(1, "one", tag: tag).after(.seconds(1)),
            MockAnswer.notModified(60, tag: tag).after(.seconds(1))
        )
        let configuration = Configuration.caching().with { $0.deduplication = DeduplicationConfiguration() }
        try simulate(configuration, transport: transport) { client, simulation async throws in
            func crowd() async throws -> [ClientResponse] {
                let calls = (0..<10).map { _ in simulation.start { try await client.fetch() } }
                return try await calls.asyncMap { try await $0.value }
            }
            let first = try await crowd()
            #expect(first.allSatisfy { $0.text == "one" && $0.status == 200 })
            #expect(first.filter { $0.source == .network }.count == 1)
            let stored = first.filter { $0.headers[HeaderFields.cacheStatus]?.hasSuffix("stored") == true }
            let collapsed = first.filter { $0.headers[HeaderFields.cacheStatus]?.hasSuffix("collapsed") == true }
            #expect(stored.count == 1 && collapsed.count == 9)
            try await simulation.sleep(for: .seconds(2))
            let second = try await crowd()
            #expect(second.allSatisfy { $0.text == "one" && $0.status == 200 && $0.source == .cache })
            #expect(transport.requestCount == 2)
            #expect(try await client.fetch().source == .cache)
        }
    }

    @Test func aHeadSaysWhetherWhatIsKeptIsStillRight() throws {
        let transport = MockTransport()
        transport.on(.method(.get)) { .fresh(1, "\($0.number)", tag: "\"a\"") }
        transport.on(.method(.head) && .path("/same"), .fresh(60, "", tag: tag))
        transport.on(.method(.head) && .path("/other"), .fresh(60, "", tag: "\"b\""))
        transport.on(.method(.head) && .path("/silent"), .fresh(60, ""))
        transport.on(.method(.head) && .path("/gone"), .status(404))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            for path in ["same", "other", "silent", "gone"] {
                _ = try await client.fetch(path)
                try await simulation.sleep(for: .seconds(2))
                _ = try await client.fetch(path, method: .head)
            }
            let sources = try await ["same", "other", "silent", "gone"].asyncMap { try await client.fetch($0).source }
            #expect(sources == [.cache, .network, .network, .network])
            let conditions = transport.requests.suffix(3).map { $0.request.headers[HeaderFields.ifNoneMatch] }
            #expect(conditions == [nil, "\"a\"", "\"a\""])
        }
    }

    @Test func aStreamIsAnsweredByWhatTheServerConfirms() throws {
        let transport = MockTransport(.fresh(1, "one", tag: tag), .notModified(60, tag: tag))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            var data = Data()
            for try await chunk in try await client.stream(ClientRequest(url: .example("x"))) { data += chunk }
            #expect(data == Data("one".utf8))
            #expect(try await client.fetch().source == .cache)
            #expect(transport.requestCount == 2)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
