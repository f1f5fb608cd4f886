import Synchronization

/// The fresh credentials of a client by key, and the refreshes that are under way.
///
/// Bounded: beyond ``limit`` keys the one that was not used for the longest time is forgotten, which costs its next
/// caller a refresh.
final class CredentialTable: Sendable {
    static let limit = 1000
    /// The least time between a refresh and the next one because its result was refused; it doubles from time to time.
    static let pause = (least: Duration.seconds(1), most: Duration.seconds(60))

    private struct Entry {
        var credential: FreshCredential?
        var generation = 0
        var flight: CredentialFlight?
        var ended: MonotonicTime?
        var pause = CredentialTable.pause.least
        var used: MonotonicTime
    }

    /// What to do about a 401.
    enum Step {
        /// It was earned with an older credential.
        case use(FreshCredential)
        case wait(CredentialFlight.Seat, begins: Bool)
        /// The last refresh has just ended, and did not help.
        case giveUp
    }

    private let entries = Mutex<[CredentialKey: Entry]>([:])
    private let isEmpty = Atomic(true)

    /// The fresh credential of a request's key.
    func credential(of request: ClientRequest, _ context: RequestContext) -> (CredentialKey, FreshCredential)? {
        guard !isEmpty.load(ordering: .acquiring) else { return nil }
        let key = CredentialKey(request, context)
        return entries.withLock { entries in
            guard let credential = entries[key]?.credential else { return nil }
            entries[key]?.used = context.runtime.now
            return (key, credential)
        }
    }

    /// - Parameter generation: that of the credential that was refused; 0 for the caller's own.
    func step(_ key: CredentialKey, generation: Int, now: MonotonicTime) -> Step {
        isEmpty.store(false, ordering: .releasing)
        return entries.withLock { entries in
            if entries[key] == nil, entries.count >= Self.limit { Self.forgetOldest(&entries) }
            var entry = entries[key] ?? Entry(used: now)
            defer { entries[key] = entry }
            entry.used = now
            if let seat = entry.flight?.join() { return .wait(seat, begins: false) }
            if let credential = entry.credential, credential.generation > generation { return .use(credential) }
            if let ended = entry.ended {
                if now < ended + entry.pause { return .giveUp }
                let isLongAgo = now - ended > entry.pause + entry.pause
                entry.pause = isLongAgo ? Self.pause.least : min(entry.pause + entry.pause, Self.pause.most)
            }
            let flight = CredentialFlight()
            guard let seat = flight.join() else { return .giveUp }
            entry.flight = flight
            return .wait(seat, begins: true)
        }
    }

    /// Notes how a refresh has ended: nil for one that brought nothing.
    func ended(_ key: CredentialKey, _ flight: CredentialFlight, now: MonotonicTime, _ refresh: Refresh?) {
        entries.withLock { entries in
            guard entries[key]?.flight === flight else { return }
            entries[key]?.flight = nil
            entries[key]?.ended = now
            guard let refresh, let generation = entries[key].map({ $0.generation + 1 }) else { return }
            entries[key]?.generation = generation
            entries[key]?.credential = FreshCredential(
                from: refresh.request,
                to: refresh.refreshed,
                generation: generation
            )
        }
    }

    /// The newest credential of a key.
    func credential(of key: CredentialKey) -> FreshCredential? { entries.withLock { $0[key]?.credential } }

    /// A refresh that nobody waits for any more: whoever comes next begins another.
    func abandoned(_ key: CredentialKey, _ flight: CredentialFlight) {
        entries.withLock { entries in
            if entries[key]?.flight === flight { entries[key]?.flight = nil }
        }
    }

    /// The request before and after.
    struct Refresh {
        let request: ClientRequest
        let refreshed: ClientRequest
    }

    private static func forgetOldest(_ entries: inout [CredentialKey: Entry]) {
        let oldest = entries.lazy.filter { $0.value.flight == nil }.min { $0.value.used < $1.value.used }
        if let oldest = oldest ?? entries.first { entries[oldest.key] = nil }
    }
}
