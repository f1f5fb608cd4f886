public import Foundation
import ResilientHTTP
import Synchronization

/// A ``ConformanceServer`` without a network: the scenarios become answers of ``MockTransport``s.
///
/// The transport under test is such a mock, or one that wraps it. What only a wire has, the mock is scripted to do as
/// a network would: it refuses what is no HTTP, fails for hosts without an address, and reports a wire timeout where the
/// scenario is slower than that. For transports of your own, ``FaultConformanceServer`` tells more.
///
/// ```swift
/// let server = MockConformanceServer()
/// let report = await TransportConformance(server: server) { MyCountingTransport(server.makeTransport()) }.run()
/// ```
public final class MockConformanceServer: ConformanceServer {
    private struct State {
        var scenarios: [String: [ConformanceScenario]] = [:]
        var used: [String: Int] = [:]
        var arrivals: [MockArrival] = []
    }

    private let state = Mutex(State())

    /// Makes one without scenarios.
    public init() {}

    /// `http://mock.test`.
    public let url: URL = MockConformanceServer.constant("http://mock.test")

    /// Nothing beyond the requests.
    public let observes: Set<ConformanceObservation> = []

    /// Hosts that its transports know.
    public func url(of place: ConformancePlace) -> URL? {
        switch place {
        case .refusing: Self.constant("http://refusing.test/")
        case .unresolvable: Self.constant("http://host.invalid/")
        case .silent: Self.constant("http://silent.test/")
        case .ipv6Literal: Self.constant("http://[::1]:1/")
        default: nil
        }
    }

    /// Makes a transport that talks to this server.
    public func makeTransport() -> MockTransport {
        let transport = MockTransport()
        transport.on(.any) { [weak self, weak transport] request in
            guard let self, let transport else { return .ok }
            return try self.answer(request, of: transport)
        }
        return transport
    }

    /// Keeps the scenarios.
    public func play(_ scenarios: [ConformanceScenario], at path: String) {
        state.withLock { state in
            state.scenarios[path] = scenarios
            state.used[path] = 0
        }
    }

    /// What its transports were asked.
    public func received(under prefix: String) async -> [ConformanceRequest] {
        let arrivals = state.withLock { $0.arrivals.filter { $0.target.hasPrefix(prefix) } }
        var requests: [ConformanceRequest] = []
        for arrival in arrivals { requests.append(await arrival.record()) }
        return requests
    }

    /// The same as what arrived: nothing is cut off unread.
    public func deliveries(at path: String) -> Int {
        state.withLock { $0.arrivals.count { $0.path == path } }
    }

    /// The requests that hang, of the transports that were asked for the path, and the bodies that have no end.
    public func openConnections(at path: String) -> Int {
        let arrivals = state.withLock { $0.arrivals.filter { $0.path == path } }
        var transports: [ObjectIdentifier: MockTransport] = [:]
        for arrival in arrivals { transports[ObjectIdentifier(arrival.transport)] = arrival.transport }
        return transports.values.reduce(0) { $0 + $1.hangingCount } + arrivals.count { $0.hasOpenBody }
    }

    /// Nothing.
    public func bytesGenerated(at path: String) -> Int { 0 }

    private func answer(_ recorded: RecordedRequest, of transport: MockTransport) throws -> MockAnswer {
        let request = recorded.request
        var problems: [String] = []
        MessageRules.check(request, maxHeaderBytes: .max, into: &problems)
        guard problems.isEmpty else {
            throw ResilientError(.invalidRequest, problems.joined(separator: "; "), reachedServer: .no)
        }
        switch request.url.host() {
        case "host.invalid":
            throw ResilientError(.nameResolutionFailed, "the mock knows no such host", reachedServer: .no)
        case "refusing.test", "::1": return .connectFailed
        case "silent.test": return .hang
        default: break
        }
        if case .file(let file) = request.body.storage, !FileManager.default.isReadableFile(atPath: file.path) {
            throw ResilientError(.invalidRequest, "the body's file cannot be read", reachedServer: .no)
        }
        let arrival = MockArrival(request, transport)
        let scenario = state.withLock { state -> ConformanceScenario in
            state.arrivals.append(arrival)
            let known = state.scenarios[arrival.path] ?? []
            let index = state.used[arrival.path, default: 0]
            state.used[arrival.path] = index + 1
            return index < known.count ? known[index] : known.last ?? ConformanceScenario()
        }
        return MockAnswer.playing(scenario, to: arrival, recorded)
    }

    private static func constant(_ text: String) -> URL {
        // A constant is a URL.
        URL(string: text) ?? URL(filePath: "/")
    }
}
