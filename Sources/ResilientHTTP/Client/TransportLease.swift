import Synchronization

/// One client's share of a transport that a client and its copies use together.
///
/// The transport is shut down when the last of them is, so that ending a copy never ends its parent.
final class TransportLease: Sendable {
    private final class Shared: Sendable {
        let transport: any Transport
        let isOwned: Bool
        let runtime: ClientRuntime
        let leases = Mutex(0)
        /// Whether a client of the family has been shut down, so that the program counts on the transport's end.
        let endsWithLast = Atomic(false)

        init(_ transport: any Transport, isOwned: Bool, runtime: ClientRuntime) {
            self.transport = transport
            self.isOwned = isOwned
            self.runtime = runtime
        }
    }

    private let shared: Shared
    private let isHeld = Mutex(true)

    var transport: any Transport { shared.transport }

    convenience init(_ transport: any Transport, isOwned: Bool, runtime: ClientRuntime) {
        self.init(Shared(transport, isOwned: isOwned, runtime: runtime))
    }

    private init(_ shared: Shared) {
        self.shared = shared
        shared.leases.withLock { $0 += 1 }
    }

    /// A client that was dropped. A family that was never shut down leaves its transport to its own end; one that was,
    /// but for a dropped copy, still shuts it down.
    deinit {
        guard giveUp(), shared.isOwned, shared.endsWithLast.load(ordering: .acquiring) else { return }
        shared.runtime.start { [transport] in await transport.shutdown() }
    }

    /// Another share of the same transport; nil once this one has been given up, because the transport may be closed.
    func copy() -> TransportLease? {
        isHeld.withLock { $0 ? TransportLease(shared) : nil }
    }

    /// Gives the share up, and shuts the transport down when it was the last.
    func release() async {
        shared.endsWithLast.store(true, ordering: .releasing)
        if giveUp(), shared.isOwned { await shared.transport.shutdown() }
    }

    private func giveUp() -> Bool {
        let wasHeld = isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
        guard wasHeld else { return false }
        return shared.leases.withLock { leases in
            leases -= 1
            return leases == 0
        }
    }
}
