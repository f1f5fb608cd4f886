import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// Clients over a store on disk, one after another, as after restarts of a program.
@Suite struct DiskCacheClientTests {
    private let folder = TemporaryFolder()

    private func withClient(
        _ transport: MockTransport,
        _ body: @Sendable (ResilientClient) async throws -> Void
    ) async throws {
        var dependencies = Dependencies(transport: transport)
        dependencies.cacheStore = try DiskCacheStore(directory: folder.url)
        // As long as a machine with much else to do may need.
        let configuration = Configuration.caching { $0.storeTimeout = .seconds(60) }
        try await withResilientClient(configuration, dependencies: dependencies) { client async throws in
            try await body(client)
            try await client.cache?.flush()
        }
    }

    @Test func whatOneClientKeptTheNextOneServesToThoseItWasFor() async throws {
        try await withClient(MockTransport(.fresh(3600, "first"))) { client async throws in
            let answer = try await client.fetch("x", [.authorization: "a"])
            #expect(answer.source == .network)
        }
        let transport = MockTransport(.fresh(3600, "second"))
        try await withClient(transport) { client async throws in
            let kept = try await client.fetch("x", [.authorization: "a"])
            #expect(kept.source == .cache && kept.text == "first")
            #expect(transport.requestCount == 0)
            for headers in [[.authorization: "b"], [:], [.authorization: "a", .cookie: "c"]] as [HeaderFields] {
                #expect(try await client.fetch("x", headers).text == "second")
            }
            #expect(transport.requestCount == 3)
            #expect(client.cache?.statistics().hitRate == 0.25)
        }
    }

    @Test func whatWasChangedIsGoneForTheNextOne() async throws {
        try await withClient(MockTransport(.fresh(3600, "first"))) { client async throws in
            _ = try await client.fetch()
            try await client.cache?.flush()
            _ = try await client.fetch(method: .delete)
        }
        let transport = MockTransport(.fresh(3600, "second"))
        try await withClient(transport) { client async throws in
            #expect(try await client.fetch().text == "second")
            #expect(transport.requestCount == 1)
        }
    }
}
