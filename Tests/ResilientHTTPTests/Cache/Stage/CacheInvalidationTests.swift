import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct CacheInvalidationTests {
    @Test func unsafeRequestsMakeTheirURLForgottenInEveryScope() throws {
        let transport = MockTransport()
        transport.on(.method(.get)) { .fresh(60, "\($0.number)") }
        try simulate(.caching(), transport: transport) { client, _ async throws in
            let scopes: [HeaderFields] = [[:], [.authorization: "Bearer a"]]
            for method in ["POST", "PUT", "PATCH", "DELETE", "M-SEARCH"] {
                for scope in scopes { _ = try await client.fetch("x", scope) }
                _ = try await client.fetch("y")
                _ = try await client.fetch("x", method: .init(method))
                for scope in scopes { #expect(try await client.fetch("x", scope).source == .network) }
                #expect(try await client.fetch("y").source == .cache)
            }
            for method in ["OPTIONS", "TRACE"] {
                _ = try await client.fetch("x", method: .init(method))
                #expect(try await client.fetch("x").source == .cache)
            }
        }
    }

    @Test func whatTheAnswerNamesIsForgottenUnlessItFailed() throws {
        let transport = MockTransport()
        transport.on(.method(.get), .fresh(60))
        transport.on(
            .method(.post) && .path("/made"),
            .status(201, headers: [.location: "/a", .init(constant: "Content-Location"): "b"])
        )
        transport.on(.method(.post) && .path("/away"), .status(201, headers: [.location: "https://other.test/a"]))
        transport.on(.method(.post) && .path("/a"), .status(500))
        transport.on(.method(.post) && .path("/b"), .status(409))
        try simulate(.caching(), transport: transport) { client, _ async throws in
            func sources() async throws -> [ClientResponse.Source] {
                [try await client.fetch("a").source, try await client.fetch("b").source]
            }
            #expect(try await sources() == [.network, .network])
            for path in ["a", "b", "away"] { _ = try await client.fetch(path, method: .post) }
            #expect(try await sources() == [.cache, .cache])
            _ = try await client.fetch("made", method: .post)
            #expect(try await sources() == [.network, .network])
        }
    }

    @Test func anAnswerThatWasOnItsWayDuringAChangeIsNotKept() throws {
        let transport = MockTransport()
        transport.on(.method(.get), MockAnswer.fresh(60, "old").after(.seconds(2)), .fresh(60, "new"))
        transport.on(.method(.put), MockAnswer.ok.after(.seconds(1)))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            let reader = simulation.start { try await client.fetch().text }
            _ = try await client.fetch(method: .put)
            #expect(try await reader.value == "old")
            #expect(try await client.fetch().text == "new")
            #expect(try await client.fetch().source == .cache)
        }
    }

    @Test func aConfirmationThatWasOnItsWayDuringAChangeIsNotKept() throws {
        let transport = MockTransport()
        let tag = "\"a\""
        transport.on(
            .method(.get),
            .fresh(1, "old", tag: tag),
            .notModified(60, tag: tag).after(.seconds(2)),
            .fresh(60, "new")
        )
        transport.on(.method(.put), MockAnswer.ok.after(.seconds(1)))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            let reader = simulation.start { try await client.fetch().text }
            _ = try await client.fetch(method: .put)
            #expect(try await reader.value == "old")
            #expect(try await client.fetch().text == "new")
        }
    }

    @Test(arguments: [MockAnswer.notModified(60, tag: "\"a\""), .fresh(60, "two")])
    func whatWasForgottenMeanwhileIsServedToItsCallerAndNotKept(answer: MockAnswer) throws {
        let transport = MockTransport(.fresh(1, "one", tag: "\"a\""), answer.after(.seconds(2)), .fresh(60, "three"))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            let reader = simulation.start { try await client.fetch() }
            try await simulation.sleep(for: .seconds(1))
            #expect(try await client.cache?.removeAll() == 1)
            let response = try await reader.value
            #expect(response.status == 200 && (response.text == "one" || response.text == "two"))
            #expect(try await client.fetch().text == "three")
            #expect(try await client.fetch().source == .cache)
        }
    }
}
