import Foundation
import ResilientHTTP

/// All clients that are measured, by the names of their rows.
enum Peers {
    static let bareName = "URLSession, bare"
    static let asyncHTTPName = "async-http-client"
    static let cLoopName = "C loop on libcurl"
    static let wrappedName = "URLSessionTransport, recommended"
    static let recommendedName = "CurlTransport, recommended"
    /// How many connections each of them may open and keep: as many as are ever in flight.
    static let connections = 256

    /// Those that run in this process, with what makes them.
    static let makers: [(name: String, make: @Sendable (String) throws -> any Peer)] = [
        (bareName, { _ in BareSessionPeer() }),
        ("URLSessionTransport, pass-through", { try ResilientPeer($0, .passthrough, onCurl: false) }),
        (wrappedName, { try ResilientPeer($0, .recommended, onCurl: false) }),
        ("CurlTransport, pass-through", { try ResilientPeer($0, .passthrough, onCurl: true) }),
        (recommendedName, { try ResilientPeer($0, .recommended, onCurl: true) }),
        ("CurlTransport, every stage", { try ResilientPeer($0, everyStage(), onCurl: true, variesURLs: true) }),
        (asyncHTTPName, { _ in AsyncHTTPPeer() }),
        (cLoopName, { _ in try CLoopPeer() }),
    ]

    /// Those that can make such requests.
    static func names(for workload: Workload) -> [String] {
        // The client of openai makes chat completions only.
        let libraries = PythonLibrary.allCases.filter { $0 != .openai || !workload.isGet }
        return makers.map(\.name) + libraries.map(\.rowName)
    }

    /// Nil when there is none of that name in this process.
    static func make(_ name: String) throws -> (any Peer)? {
        try makers.first { $0.name == name }?.make(name)
    }

    /// Everything that can be on, with limits that hold nobody back.
    static func everyStage(cachesAndShares: Bool = true) throws -> Configuration {
        guard let other = URL(string: "https://other.example") else { throw CancellationError() }
        return Configuration.recommended.with {
            $0.timeouts.total = .seconds(60)
            if cachesAndShares {
                $0.cache = CacheConfiguration()
                $0.deduplication = DeduplicationConfiguration()
            }
            $0.rateLimit = RateLimitConfiguration([
                "requests": .tokenBucket(rate: 100_000_000, burst: 1_000_000_000, counts: .requests)
            ])
            $0.admission = AdmissionConfiguration(maxConcurrentRequests: 1000)
            $0.hedging = HedgingConfiguration(delay: .seconds(5))
            $0.fallback = FallbackConfiguration(endpoints: [other])
        }
    }
}
