import Foundation
import ResilientHTTP

/// What is called when, and when the server fails.
struct Scenario: Sendable {
    struct Call: Sendable {
        /// Seconds since the beginning.
        let time: Double
        let path: String
    }

    let name: String
    let calls: [Call]
    /// Whether the server answers a path well at a time.
    let isWell: @Sendable (String, Double) -> Bool
    /// When it is well again, for an outage that ends.
    let recovery: Double?
    /// What a 503 says of when to come back, in seconds.
    var retryAfter: Int?

    /// The cases; where chance decides much, such as when the last probe goes, several that are averaged.
    static func all(seed: UInt64) -> [[Scenario]] {
        let outages = [5.0, 100, 2000].map { rate in
            [50.0, 55, 60, 65, 70].map { outage(of: $0, rate: rate, seed) }
        }
        return [[blip], [crowd(seed)], [deadEndpoint(seed)]] + outages
    }

    /// Ten calls at once meet a server that fails for a second; then one a second for a minute.
    private static let blip = Scenario(
        name: "a blip of 1 s, ten calls at once",
        calls: atOnce(10, "/") + (1...60).map { Call(time: Double($0), path: "/") },
        isWell: { _, time in time >= 1 },
        recovery: 1
    )

    /// Ten calls at once, six of which are told to come back in a second; then two a second for a minute.
    private static func crowd(_ seed: UInt64) -> Scenario {
        Scenario(
            name: "six of ten told to wait 1 s",
            calls: atOnce(6, "/busy") + atOnce(4, "/") + atRandom(rate: 2, from: 1, to: 60, ["/"], seed),
            isWell: { path, time in path != "/busy" || time >= 0.9 },
            recovery: 0.9,
            retryAfter: 1
        )
    }

    /// Two endpoints of one host without names, each called five times a second; one of them is dead.
    private static func deadEndpoint(_ seed: UInt64) -> Scenario {
        Scenario(
            name: "a dead endpoint beside a healthy one",
            calls: atRandom(rate: 10, from: 0, to: 120, ["/dead", "/healthy"], seed),
            isWell: { path, _ in path == "/healthy" },
            recovery: nil
        )
    }

    /// The whole server fails after 20 s.
    private static func outage(of length: Double, rate: Double, _ seed: UInt64) -> Scenario {
        let recovery = 20 + length
        return Scenario(
            name: "an outage of a minute, \(Int(rate)) calls/s",
            calls: atRandom(rate: rate, from: 0, to: 150, ["/"], seed),
            isWell: { _, time in time < 20 || time >= recovery },
            recovery: recovery
        )
    }

    private static func atOnce(_ count: Int, _ path: String) -> [Call] {
        Array(repeating: Call(time: 0, path: path), count: count)
    }

    /// Calls that know nothing of each other: exponentially distributed pauses, each path equally often.
    private static func atRandom(
        rate: Double,
        from start: Double,
        to end: Double,
        _ paths: [String],
        _ seed: UInt64
    ) -> [Call] {
        let random = SeededRandomSource(seed: seed)
        var calls: [Call] = []
        var time = start
        while true {
            time += -log(1 - random.uniform()) / rate
            guard time < end else { return calls }
            calls.append(Call(time: time, path: paths[Int(random.next() % UInt64(paths.count))]))
        }
    }
}
