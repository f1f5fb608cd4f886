import Synchronization

/// One client's share of a transport that a client and its copies use together.
///
/// The transport is shut down when the last of them is, so that ending a copy never ends its parent.
final class TransportLease: Sendable {
    private final class Shared: Sendable {
        let transport: any Transport
        let isOwned: Bool
        let leases = Mutex(0)

        init(_ transport: any Transport, isOwned: Bool) {
            self.transport = transport
            self.isOwned = isOwned
        }
    }

    private let shared: Shared
    private let isHeld = Mutex(true)

    var transport: any Transport { shared.transport }

    convenience init(_ transport: any Transport, isOwned: Bool) {
        self.init(Shared(transport, isOwned: isOwned))
    }

    private init(_ shared: Shared) {
        self.shared = shared
        shared.leases.withLock { $0 += 1 }
    }

    deinit {
        _ = giveUp()
    }

    /// Another share of the same transport; nil once this one has been given up, because the transport may be closed.
    func copy() -> TransportLease? {
        isHeld.withLock { $0 ? TransportLease(shared) : nil }
    }

    /// Gives the share up, and shuts the transport down when it was the last.
    func release() async {
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
