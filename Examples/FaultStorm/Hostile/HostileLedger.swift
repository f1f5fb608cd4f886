import Synchronization

/// What the lanes of a campaign share: the next number, and what has come so far.
final class HostileLedger: Sendable {
    private let next = Atomic(0)
    private let state: Mutex<HostileReport>

    init(_ options: Options) {
        state = Mutex(HostileReport(options))
    }

    var report: HostileReport { state.withLock { $0 } }

    func nextNumber() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }

    func note(_ change: (inout HostileReport) -> Void) { state.withLock { change(&$0) } }
}
