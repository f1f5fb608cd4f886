import Synchronization

/// A sign of life of an origin: counts what has come from it, as long as a request to it is under way.
final class OriginPulse: Sendable {
    private let count = Atomic<UInt64>(0)

    /// Notes that something has come.
    func beat() {
        count.wrappingAdd(1, ordering: .relaxed)
    }

    /// Changes when something comes.
    var beats: UInt64 { count.load(ordering: .relaxed) }
}
