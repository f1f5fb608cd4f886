import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// What a cache in memory gives to each get, on a clock that jumps.
struct CacheOperation: Operation {
    static let name = "cache"
    static let keys = ["config", "ops"]

    private enum Kind: String {
        case get, put, remove
    }

    private struct Step {
        let kind: Kind
        let time: MonotonicTime
        let key: CacheKey
        /// Of a put. A get's is what the trace expects, which is not looked at.
        let value: JSON
    }

    private let clock: ManualClock
    private let store: MemoryCacheStore
    private let ttl: Duration
    private let steps: [Step]

    init(_ fields: Fields, _ session: Session) throws {
        let clock = ManualClock(startingAt: MonotonicTime(nanoseconds: 0))
        self.clock = clock
        var config = TraceConfig(fields["config"], known: ["max_entries", "max_bytes", "ttl_s"])
        var settings = CacheConfiguration()
        if let entries = config.integer("max_entries", sets: "max_entries") { settings.maxEntries = entries }
        if let bytes = config.integer("max_bytes", sets: "max_bytes") { settings.maxBytes = bytes }
        ttl = config.time("ttl_s", unit: 1e9, sets: "ttl") ?? .seconds(300)
        store = try config.make { try MemoryCacheStore(settings, runtime: ClientRuntime(clock: clock)) }
        var last = 0.0
        let known = ["t", "op", "key", "value", "live_after"]
        steps = try TraceEvents.list(fields, "ops", known: known) { try Self.step($0, after: &last) }
    }

    private static func step(_ fields: Fields, after last: inout Double) throws -> Step {
        guard let kind = Kind(rawValue: try fields.need(fields.string("op"), "op")) else {
            throw ResilientError.line("\(fields.name(of: "op")) is none of get, put and remove")
        }
        let time = try fields.need(fields.number("t", in: 0...1e9), "t")
        guard time >= last else {
            throw ResilientError.line("\(fields.name(of: "t")) is \(time): the op before it is later, at \(last)")
        }
        last = time
        return Step(
            kind: kind,
            time: MonotonicTime(nanoseconds: Int64((time * 1e9).rounded())),
            key: CacheKey(scope: .anonymous, url: try fields.need(fields.string("key"), "key")),
            value: kind == .put ? try fields.need(fields["value"], "value") : .null
        )
    }

    var place: OperationPlace { .anywhere }

    func run() -> [JSON.Member] {
        var values: [JSON] = []
        var results: [JSON] = []
        for step in steps {
            clock.advance(to: step.time)
            switch step.kind {
            case .get:
                let kept = store.entries(for: step.key).first.flatMap { Int(String(decoding: $0.body, as: UTF8.self)) }
                results.append(kept.map { values[$0] } ?? .null)
            case .put:
                store.put(entry(step, body: "\(values.count)"))
                values.append(step.value)
            case .remove:
                store.remove(.key(step.key))
            }
        }
        return [JSON.Member("results", .array(results))]
    }

    private func entry(_ step: Step, body: String) -> CacheEntry {
        CacheEntry(
            key: step.key,
            status: 200,
            headers: HeaderFields(),
            body: Data(body.utf8),
            receivedAt: step.time,
            lifetime: ttl,
            discardAt: step.time + ttl
        )
    }
}
