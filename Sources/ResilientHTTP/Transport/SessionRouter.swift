import Synchronization

/// Which session a request goes on: the common one, unless the connection to its origin has died.
///
/// libcurl goes on using an HTTP/2 connection on which nothing arrives any more (a failover, a forgotten NAT entry),
/// until the system gives it up after a quarter of an hour, and URLSession has no way to close one. So when a request
/// ends at a timeout, and nothing has come from its origin since it was sent, the origin gets a fresh session; the one
/// that it had ends when its requests have. Origins that have had no such timeout are not touched, a long poll beside
/// other traffic is no silence, and plain HTTP needs none of it: its connections end with their requests.
///
/// An origin leaves the common session behind with a dead connection in it, which libcurl takes for too old after two
/// minutes.
final class SessionRouter: Sendable {
    private struct Own {
        let host: SessionHost
        let madeAt: MonotonicTime
    }

    private struct State {
        var isClosed = false
        var own: [Origin: Own] = [:]
    }

    /// The most origins that have a session of their own; the oldest goes back to the common one.
    static let limit = 32
    /// A fresh session is given this long: what times out on it, too, may be slow and not dead.
    static let pause: Duration = .seconds(10)

    private let common: SessionHost
    private let make: @Sendable () -> SessionHost
    private let state = Mutex(State())

    init(make: @escaping @Sendable () -> SessionHost) {
        self.make = make
        common = make()
    }

    /// How many origins have a session of their own.
    var ownCount: Int { state.withLock { $0.own.count } }

    /// The session for a request to an origin, which is used from here on.
    func host(for origin: Origin) -> SessionHost {
        state.withLock { state in
            let host = state.own.isEmpty ? common : state.own[origin]?.host ?? common
            host.beginUse()
            return host
        }
    }

    /// Gives an origin a fresh session instead of this one, unless it has got one already.
    func leave(_ host: SessionHost, for origin: Origin, at now: MonotonicTime) {
        let left = state.withLock { state -> [SessionHost] in
            let own = state.own[origin]
            guard !state.isClosed, host === own?.host ?? common else { return [] }
            if let own, own.madeAt + Self.pause > now { return [] }
            var left = own.map { [$0.host] } ?? []
            if own == nil, state.own.count >= Self.limit {
                guard let oldest = state.own.min(by: { $0.value.madeAt < $1.value.madeAt }),
                    oldest.value.madeAt + Self.pause <= now
                else { return [] }
                state.own[oldest.key] = nil
                left.append(oldest.value.host)
            }
            state.own[origin] = Own(host: make(), madeAt: now)
            return left
        }
        for host in left { host.finishAfterUse() }
    }

    /// Lets all sessions go; `whenDone` is called when no task can start any more.
    func finish(whenDone: @escaping @Sendable () -> Void = {}) {
        let own = state.withLock { state in
            state.isClosed = true
            defer { state.own = [:] }
            return state.own.values.map(\.host)
        }
        for host in own { host.finish() }
        // Last: all of them share one queue.
        common.finish(whenDone: whenDone)
    }
}
