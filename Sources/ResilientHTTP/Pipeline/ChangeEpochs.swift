import Synchronization

/// Tells whether a URL was changed while an answer was on its way: such an answer may show what was before the change, so it
/// is not kept, and not shared with those who ask after the change.
///
/// URLs share a fixed number of counters. Two that share one cost each other at most a request.
final class ChangeEpochs: Sendable {
    private static let count = 1024
    private let epochs = Mutex([UInt32](repeating: 0, count: ChangeEpochs.count))

    /// Where a URL stands, to be compared later.
    func epoch(of url: String) -> UInt32 {
        let slot = Self.slot(of: url)
        return epochs.withLock { $0[slot] }
    }

    /// Notes that a URL was changed.
    func advance(_ url: String) {
        let slot = Self.slot(of: url)
        epochs.withLock { $0[slot] &+= 1 }
    }

    /// Notes that answers were forgotten which may be those of any URL.
    func advanceAll() {
        epochs.withLock { epochs in
            for slot in epochs.indices { epochs[slot] &+= 1 }
        }
    }

    private static func slot(of url: String) -> Int {
        Int(truncatingIfNeeded: UInt(bitPattern: url.hashValue) % UInt(count))
    }
}
