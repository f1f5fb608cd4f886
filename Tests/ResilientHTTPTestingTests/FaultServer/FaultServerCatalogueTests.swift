import Foundation
import ResilientHTTPTesting
import Testing

struct FaultServerCatalogueTests {
    private let catalogue = FaultServer.Behaviour.catalogue

    @Test func namesAreDistinctAndInSnakeCase() {
        #expect(Set(catalogue.map(\.name)).count == catalogue.count)
        for entry in catalogue {
            #expect(entry.name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil, "\(entry.name)")
            #expect(!entry.summary.isEmpty)
            #expect(entry.behaviour.name == entry.name)
            #expect(entry.behaviour.isSurvivableByURLSession == entry.isSurvivableByURLSession, "\(entry.name)")
        }
    }

    /// A storm has to get past whatever it is asked for, so what ends the process is known by name.
    @Test func whatEndsAProcessIsKnown() {
        let fatal = catalogue.filter { !$0.isSurvivableByURLSession }.map(\.name)
        #expect(fatal == ["partial_head", "trailers"])
    }

    @Test func theArticleListsTheCatalogue() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let article = package.appending(
            path: "Sources/ResilientHTTPTesting/Documentation.docc/FaultServerBehaviours.md"
        )
        let rows = try String(contentsOf: article, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("| `") }.map(String.init)
        // To bring it up to date: `swift run FaultStorm --list`.
        #expect(rows == catalogue.map(\.documentationRow))
    }

    /// Each entry does something else than hang the server, and the server is itself again afterwards.
    @Test func everyEntryLeavesTheServerAlive() async throws {
        var configuration = FaultServer.Configuration()
        configuration.closeGrace = .milliseconds(10)
        try await FaultServer.withServer(configuration) { server in
            for entry in catalogue where !entry.needsOwnServer { server.script("/\(entry.name)", [entry.behaviour]) }
            for entry in catalogue where !entry.needsOwnServer {
                let client = try RawClient(port: server.port)
                client.request(
                    entry.upload == nil ? "GET" : "POST",
                    "/\(entry.name)",
                    body: entry.upload.map { _ in "body" }
                )
                try await server.waitUntil { $0.behaviours[entry.name] == 1 }
                client.close()
            }
            let client = try RawClient(port: server.port)
            client.request("/well", ["Connection: close"])
            #expect(client.readToEnd().text.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func entriesOfConnectionsConfigureAServer() async throws {
        for entry in catalogue where entry.needsOwnServer && entry.acceptsConnections {
            try await FaultServer.withServer(entry.applied(to: .init())) { server in
                let client = try? RawClient(port: server.port)
                client?.request("/")
                try await server.waitUntil { $0.accepted == 1 }
                #expect(server.counters.requests == 0, "\(entry.name)")
                client?.reset()
                try await server.waitForNoConnections()
            }
        }
    }

    @Test func digestsTellBodiesApart() {
        let bodies = [
            Data(), Data([0]), Data(count: 7), Data(count: 8), Data(count: 9), Data("12345678".utf8),
            Data("12345679".utf8),
        ]
        #expect(Set(bodies.map { FaultServer.digest(of: $0) }).count == bodies.count)
        // A slice counts from its own beginning.
        let long = Data((0..<40).map { UInt8($0) })
        #expect(FaultServer.digest(of: long[3..<30]) == FaultServer.digest(of: Data(long[3..<30])))
        #expect(FaultServer.digest(of: Data()) == "af63bd4c8601b7df")
    }
}
