import Foundation
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

@testable import ResilientHTTP

/// Names are looked up before URLSession is asked, so that a call which gives up takes nothing away from it.
@Suite(.timeLimit(.minutes(1)))
struct NameLookupsTests {
    /// A name server that answers when it is told to.
    private final class Server: Sendable {
        private let state = Mutex((asked: [String](), isOpen: false))
        let answers: Bool

        init(answers: Bool = true) {
            self.answers = answers
        }

        var asked: [String] { state.withLock { $0.asked } }
        func open() { state.withLock { $0.isOpen = true } }

        @Sendable func lookUp(_ name: String) -> Bool {
            state.withLock { $0.asked.append(name) }
            while !state.withLock({ $0.isOpen }) { usleep(200) }
            return answers
        }
    }

    private static func origin(_ host: String) -> Origin { Origin(scheme: "http", host: host) }

    private func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test func aCallThatGivesUpNeverReachesURLSession() async throws {
        let server = Server()
        let transport = URLSessionTransport(pool: PoolConfiguration(), names: NameLookups(lookUp: server.lookUp))
        try await SocketHarness.run(over: transport) { (harness) async throws in
            let slow = ClientRequest(url: try #require(URL(string: "http://slow.invalid/")))
            let options = RequestOptions(attemptTimeout: .milliseconds(30))
            let error = try await harness.failure(of: slow, options: options)
            #expect(error.code == .attemptTimeout && error.reachedServer == .no)
            #expect(transport.exchangesUnderWay == 0 && transport.placesTaken == 0)
            let cancelled = Task { try await harness.client.send(slow) }
            await until { server.asked.count == 1 && transport.namesWaitedFor == 1 }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            #expect(transport.namesWaitedFor == 0)
            // Meanwhile others are served.
            #expect(try await harness.send().status == 200)
            #expect(server.asked == ["slow.invalid"])
            server.open()
        }
    }

    @Test func oneLookUpServesAllAndIsRememberedForAMinute() async throws {
        let (server, clock) = (Server(), ManualClock())
        let names = NameLookups(lookUp: server.lookUp)
        let context = RequestContext.example(runtime: .manual(clock))
        let calls = (0..<5).map { _ in Task { try await names.wait(for: Self.origin("a"), context: context) } }
        await until { names.counts.waiting == 5 }
        server.open()
        for call in calls { try await call.value }
        try await names.wait(for: Self.origin("a"), context: context)
        #expect(server.asked == ["a"])
        clock.advance(by: .seconds(61))
        try await names.wait(for: Self.origin("a"), context: context)
        #expect(server.asked == ["a", "a"])
        await until { names.counts == (0, 0) }
    }

    @Test func aNameWithoutAddressIsLeftToURLSessionAndNotRemembered() async throws {
        let server = Server(answers: false)
        server.open()
        let names = NameLookups(lookUp: server.lookUp)
        for _ in 0..<2 { try await names.wait(for: Self.origin("a"), context: .example()) }
        #expect(server.asked == ["a", "a"])
    }

    @Test func addressesAndThisMachineNeedNone() async throws {
        let server = Server()
        let names = NameLookups(lookUp: server.lookUp)
        for host in ["127.0.0.1", "10.0.0.1", "localhost", "api.localhost"] {
            try await names.wait(for: Self.origin(host), context: .example())
        }
        #expect(server.asked.isEmpty)
    }

    @Test func manyNamesAreLookedUpByAFewThreadsAndThoseGivenUpByNone() async throws {
        let server = Server()
        let names = NameLookups(lookUp: server.lookUp)
        let calls = (0..<100).map { number in
            Task { try await names.wait(for: Self.origin("host\(number)"), context: .example()) }
        }
        await until { names.counts.waiting == 100 && server.asked.count == NameLookups.threadLimit }
        #expect(names.counts.running == NameLookups.threadLimit)
        for call in calls { call.cancel() }
        for call in calls { await #expect(throws: CancellationError.self) { try await call.value } }
        #expect(names.counts.waiting == 0)
        server.open()
        await until { names.counts.running == 0 }
        #expect(server.asked.count == NameLookups.threadLimit)
        try await names.wait(for: Self.origin("other"), context: .example())
    }
}
