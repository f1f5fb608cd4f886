import Foundation
import Synchronization

@testable import ResilientHTTP

/// The service behind the storm: pages with versions, told apart by who asks; and the witness of what is served.
final class CacheStormOrigin: Transport {
    /// What is of interest when it happens while a request for the same answer is on its way.
    enum Event: CaseIterable {
        case cancelled, expired, evicted, changed, confirmed, stale, coalesced
    }

    private struct Page {
        var version = 0
        /// How many changes have been asked for.
        var changes = 0
        /// When each version was the current one no longer.
        var ends: [Int: MonotonicTime] = [:]
        /// The version that a change which has ended, brought.
        var known: [(version: Int, at: MonotonicTime)] = []

        mutating func turn(now: MonotonicTime) {
            ends[version] = now
            version += 1
        }
    }

    private struct State {
        var pages: [String: Page] = [:]
        /// Requests on their way, by page and caller.
        var flying: [String: Int] = [:]
        var tally = Tally<Event>()
    }

    /// The longest that an answer is said to be fresh, and takes.
    private static let longestFresh = 3
    private static let longestDelay = 6

    let capabilities = TransportCapabilities(honoursDeadlines: true)
    private let random: SeededRandomSource
    private let store: MemoryCacheStore
    private let bounds: CacheUsage
    private let longestStale: Duration
    private let state = Mutex(State())

    init(random: SeededRandomSource, store: MemoryCacheStore, bounds: CacheUsage, longestStale: Duration) {
        (self.random, self.store, self.bounds, self.longestStale) = (random, store, bounds, longestStale)
    }

    var tally: Tally<Event> { state.withLock { $0.tally } }

    func shutdown() async {}

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        let (page, caller) = (request.url.lastPathComponent, request.headers[.authorization] ?? "")
        let name = Self.name(page, caller)
        let key = CacheKey(scope: context.credentialScope(of: request), url: request.target.key)
        let kept = store.entries(for: key).first
        let changes = state.withLock { state in
            if request.method != .get { state.pages[page, default: Page()].changes += 1 }
            state.flying[name, default: 0] += 1
            if state.flying[name] ?? 0 > 1, request.method == .get { state.tally[.changed] += 1 }
            return state.pages[page, default: Page()].changes
        }
        defer { state.withLock { $0.flying[name, default: 0] -= 1 } }
        let answersAtOnce = random.next() % 2 == 0
        let early = answersAtOnce ? answer(request, page, caller, context) : nil
        try await context.sleep(for: CacheStorm.unit * Int(random.next() % UInt64(Self.longestDelay + 1)))
        let answer = early ?? self.answer(request, page, caller, context)
        if let kept, request.method == .get { watch(kept, key, page, changes, now: context.runtime.now) }
        return answer
    }

    /// What has become of the answer that was kept when the request went out.
    private func watch(_ kept: CacheEntry, _ key: CacheKey, _ page: String, _ changes: Int, now: MonotonicTime) {
        let isGone = store.entries(for: key).isEmpty
        state.withLock { state in
            if kept.discardAt <= now {
                state.tally[.expired] += 1
            } else if isGone, state.pages[page]?.changes == changes {
                state.tally[.evicted] += 1
            }
        }
    }

    private func answer(_ request: ClientRequest, _ page: String, _ caller: String, _ context: RequestContext)
        -> ClientResponse
    {
        let now = context.runtime.now
        return state.withLock { state in
            if random.next() % 10 == 0 { return ClientResponse(status: 503) }
            if request.method != .get || random.next() % 8 == 0 { state.pages[page, default: Page()].turn(now: now) }
            let version = state.pages[page, default: Page()].version
            guard request.method == .get else {
                return ClientResponse(status: 200, body: .bytes(Data("\(version)".utf8)))
            }
            let fresh = random.next() % UInt64(Self.longestFresh + 1)
            let headers: HeaderFields = [.cacheControl: "max-age=\(fresh)", .eTag: "\"\(page)-\(version)\""]
            if request.headers[.ifNoneMatch] == headers[.eTag] {
                state.tally[.confirmed] += 1
                return ClientResponse(status: 304, headers: headers)
            }
            let text = "\(Self.name(page, caller))|\(version)"
            return ClientResponse(status: 200, headers: headers, body: .bytes(Data(text.utf8)))
        }
    }

    private static func name(_ page: String, _ caller: String) -> String { "\(page)|\(caller)" }
}

// MARK: - What must hold

extension CacheStormOrigin {
    func noteCancellation(_ page: String, _ caller: String) {
        state.withLock { state in
            if state.flying[Self.name(page, caller)] ?? 0 > 0 { state.tally[.cancelled] += 1 }
        }
    }

    /// A change has ended: who asks from now on sees at least this version.
    func noteChanged(_ page: String, by response: ClientResponse, now: MonotonicTime) {
        guard let version = Int(response.text) else { return }
        state.withLock { $0.pages[page, default: Page()].known.append((version, now)) }
    }

    /// Throws when a caller was served what another one was told, what was too old, or what a change had overtaken.
    func check(_ response: ClientResponse, _ page: String, _ caller: String, began: MonotonicTime, now: MonotonicTime)
        throws
    {
        try checkBounds()
        guard response.status != 503 else { return }
        let parts = response.text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard response.status == 200, parts.count == 3, parts[0] == page, parts[1] == caller,
            let version = Int(parts[2])
        else {
            throw Violation("\(Self.name(page, caller)) was answered \(response.status) \(response.text)")
        }
        try state.withLock { state in
            if response.source == .stale { state.tally[.stale] += 1 }
            if response.source == .coalesced { state.tally[.coalesced] += 1 }
            let history = state.pages[page, default: Page()]
            let longest: Duration =
                longestStale + .seconds(Self.longestFresh) + CacheStorm.unit * (2 * Self.longestDelay)
            let oldest = now + (.zero - longest)
            if let end = history.ends[version], end < oldest {
                throw Violation("version \(version) of \(page) was served long after its end")
            }
            if let newer = history.known.first(where: { $0.version > version && $0.at < began }) {
                throw Violation(
                    "version \(version) of \(page) was served to a call that began after the change to \(newer.version)"
                )
            }
        }
    }

    /// Throws when the store keeps more than it may.
    func checkBounds() throws {
        let usage = store.usage()
        if usage.entries > bounds.entries || usage.bytes > bounds.bytes {
            throw Violation("\(usage) is kept where \(bounds) is allowed")
        }
    }
}
