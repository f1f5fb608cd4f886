import Foundation
import ResilientHTTPTesting
import Testing

@Suite(.serialized)
struct FaultServerLifecycleTests {
    @Test func manyConnectionsAtOnce() async throws {
        try await FaultServer.withServer { server in
            server.script(default: [.ok.delayed(.milliseconds(20)).closing])
            let clients = try (0..<200).map { _ in try RawClient(port: server.port) }
            for (index, client) in clients.enumerated() { client.request("/\(index)") }
            for client in clients { #expect(client.readToEnd().text.hasSuffix("\r\n\r\nok")) }
            #expect(server.counters.accepted == 200)
            #expect(server.counters.completeRequests == 200)
        }
    }

    @Test func stopEndsEveryConnectionAndMayBeRepeated() async throws {
        let server = try FaultServer.start()
        server.script("/hang", [.hang])
        let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
        for client in clients { client.request("/hang") }
        try await server.waitFor(completeRequests: 20)
        async let first: Void = server.stop()
        async let second: Void = server.stop()
        _ = await (first, second)
        await server.stop()
        for client in clients { #expect(client.readToEnd() == ("", .closed)) }
        #expect(server.connections.allSatisfy { $0.ending == .stopped })
        #expect(server.counters.open == 0)
        #expect(throws: POSIXError.self) { try RawClient(port: server.port) }
    }

    @Test func aServerComesBackOnItsPort() async throws {
        let first = try FaultServer.start()
        await first.stop()
        var configuration = FaultServer.Configuration()
        configuration.port = first.port
        try await FaultServer.withServer(configuration) { second in
            #expect(second.port == first.port)
            #expect(second.alternatePort != first.port)
            #expect(throws: FaultServerError.self) { try FaultServer.start(configuration) }
            second.script("/", [.ok.closing])
            let client = try RawClient(port: second.port)
            client.request("/")
            #expect(client.readToEnd().text.hasSuffix("\r\n\r\nok"))
        }
    }

    @Test func withServerStopsAlsoAfterAnError() async throws {
        struct Failure: Error {}
        var port = 0
        await #expect(throws: Failure.self) {
            try await FaultServer.withServer { server in
                port = server.port
                throw Failure()
            }
        }
        #expect(throws: POSIXError.self) { try RawClient(port: port) }
    }

    @Test func forgettingTheServerEndsIt() throws {
        var server: FaultServer? = try FaultServer.start()
        let client = try RawClient(port: try #require(server?.port))
        client.request("/", ["X: y"])
        _ = client.read(until: "\"}")
        server = nil
        #expect(client.readToEnd().ending == .closed)
    }

    @Test func handlerThatHoldsTheServerIsLetGoByStop() async throws {
        weak var forgotten: FaultServer?
        do {
            let server = try FaultServer.start()
            forgotten = server
            server.setHandler { _ in .status(server.port == 0 ? 500 : 204) }
            await server.stop()
        }
        #expect(forgotten == nil)
    }

    #if os(Linux)
    /// Looks at this server's own sockets, because other suites open and close theirs meanwhile.
    @Test func stopLeavesNoSocket() async throws {
        let server = try FaultServer.start()
        server.script("/hang", [.hang])
        let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
        for client in clients { client.request("/hang") }
        try await server.waitFor(completeRequests: 20)
        let sockets = try socketInodes(localPorts: [server.port, server.alternatePort])
        #expect(sockets.count == 22)
        #expect(sockets.isSubset(of: try openSocketInodes()))
        await server.stop()
        #expect(sockets.isDisjoint(with: try openSocketInodes()))
        withExtendedLifetime(clients) {}
    }

    /// The margin is for the other suites; a leak of one descriptor a server would be 300.
    @Test func startingAndStoppingLeavesNoDescriptor() async throws {
        let before = try descriptors().count
        for _ in 0..<300 { try await FaultServer.withServer { _ in } }
        #expect(try descriptors().count < before + 200)
    }

    private func descriptors() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    }

    private func openSocketInodes() throws -> Set<String> {
        let links = try descriptors().compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        return Set(links.filter { $0.hasPrefix("socket:[") }.map { String($0.dropFirst(8).dropLast()) })
    }

    private func socketInodes(localPorts: [Int]) throws -> Set<String> {
        let suffixes = localPorts.map { ":" + String(format: "%04X", $0) }
        // Not `String(contentsOfFile:)`, which takes the first short read of a /proc file for its end.
        let table = FileHandle(forReadingAtPath: "/proc/net/tcp")
        var text = Data()
        while let more = try table?.read(upToCount: 4_096), !more.isEmpty { text += more }
        let rows = String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst()
        let columns = rows.map { $0.split(separator: " ") }
        return Set(columns.filter { row in suffixes.contains { row[1].hasSuffix($0) } }.map { String($0[9]) })
    }
    #endif
}
