import Dispatch
import Synchronization

/// The lines that may be under way at once, by number and by bytes: who reads ahead without a bound needs memory
/// without a bound.
final class Places: Sendable {
    private struct State {
        var lines = 0
        var bytes = 0
    }

    private let lineLimit: Int
    private let byteLimit: Int
    private let state = Mutex(State())
    private let left = DispatchSemaphore(value: 0)

    init(lines: Int, bytes: Int = 256 << 20) {
        lineLimit = lines
        byteLimit = bytes
    }

    /// Takes a place if there is one. A single line is never too large.
    func tryEnter(bytes: Int) -> Bool {
        state.withLock { state in
            guard state.lines == 0 || state.lines < lineLimit && state.bytes + bytes <= byteLimit else { return false }
            state.lines += 1
            state.bytes += bytes
            return true
        }
    }

    /// Takes a place, blocking until there is one. For one thread.
    func enter(bytes: Int) {
        while !tryEnter(bytes: bytes) { left.wait() }
    }

    /// Gives a place back.
    func leave(bytes: Int) {
        state.withLock { state in
            state.lines -= 1
            state.bytes -= bytes
        }
        left.signal()
    }

    /// Blocks until all places are free. Returns false when they are not in time. For the thread that enters.
    func waitUntilEmpty(_ limit: Duration) -> Bool {
        let (seconds, attoseconds) = limit.components
        let end = DispatchTime.now() + Double(seconds) + Double(attoseconds) / 1e18
        while state.withLock({ $0.lines > 0 }) {
            if left.wait(timeout: end) == .timedOut { return state.withLock { $0.lines == 0 } }
        }
        return true
    }
}
