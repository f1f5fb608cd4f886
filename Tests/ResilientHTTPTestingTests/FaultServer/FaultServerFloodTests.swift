import Foundation
import ResilientHTTPTesting
import Testing

/// Many connections at once, and servers that do not want them.
struct FaultServerFloodTests {
    @Test func hundredsOfConnectionsAreServedAtOnce() async throws {
        try await FaultServer.withServer { server in
            server.script(default: [.ok])
            let clients = try (0..<300).map { _ in try RawClient(port: server.port) }
            try await server.waitUntil { $0.open == 300 }
            for client in clients { client.request("/", ["Connection: close"]) }
            for client in clients { #expect(client.readToEnd().text.hasSuffix("ok")) }
            #expect(server.counters.completeRequests == 300)
        }
    }

    @Test func connectionsAboveTheLimitAreReset() async throws {
        var configuration = FaultServer.Configuration()
        configuration.maximumOpenConnections = 2
        try await FaultServer.withServer(configuration) { server in
            let first = try [RawClient(port: server.port), RawClient(port: server.port)]
            try await server.waitUntil { $0.open == 2 }
            // RST may come before connecting has returned.
            #expect((try? RawClient(port: server.port))?.readToEnd().ending ?? .reset == .reset)
            first[0].close()
            try await server.waitUntil { $0.open == 1 }
            let next = try RawClient(port: server.port)
            next.request("/", ["Connection: close"])
            #expect(next.readToEnd().text.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func everyConnectionCanHaveAFault() async throws {
        var configuration = FaultServer.Configuration()
        configuration.connectionFault = .speaksFirst
        try await FaultServer.withServer(configuration) { server in
            server.script(connections: [.none])
            let good = try RawClient(port: server.port)
            good.request("/", ["Connection: close"])
            #expect(good.readToEnd().text.hasPrefix("HTTP/1.1 200 "))
            for _ in 0..<3 {
                let client = try RawClient(port: server.port)
                #expect(client.read(until: "\r\n") == "SSH-2.0-FaultServer\r\n")
                client.request("/")
            }
            #expect(server.counters.requests == 1)
        }
    }

    @Test func withoutAcceptingConnectionsWaitInTheBacklog() async throws {
        var configuration = FaultServer.Configuration()
        configuration.acceptsConnections = false
        try await FaultServer.withServer(configuration) { server in
            let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
            for client in clients { client.request("/", ["Connection: close"]) }
            #expect(await server.staysWithout { $0.accepted > 0 })
            server.setAccepting(true)
            for client in clients { #expect(client.readToEnd().text.hasPrefix("HTTP/1.1 200 ")) }
            #expect(server.counters.accepted == 20)
            server.setAccepting(false)
            let late = try RawClient(port: server.port)
            #expect(await server.staysWithout { $0.accepted > 20 })
            late.close()
        }
    }
}

extension FaultServer {
    /// Whether a condition does not come about within 20 ms.
    func staysWithout(_ condition: @escaping @Sendable (Counters) -> Bool) async -> Bool {
        do {
            try await waitUntil(timeout: .milliseconds(20), condition)
            return false
        } catch let error as FaultServerError {
            return error.code == .timedOut
        } catch {
            return false
        }
    }
}
