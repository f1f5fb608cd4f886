#if os(Linux)
import ResilientHTTP
import Synchronization

/// What other threads want of the loop, in their order.
final class CommandQueue: Sendable {
    enum Command {
        case start(Transfer)
        /// Nobody waits for it any more.
        case cancel(Transfer)
        /// The reader or the producer of a body can go on.
        case resume(Transfer)
        /// A time limit may have passed.
        case lookAtLimits
    }

    private struct State {
        var commands: [Command] = []
        /// Whether the loop waits, and for nothing that would make it look here.
        var isAsleep = false
        var isClosed = false
        var isOver = false
        var onOver: [OneShot<Void>] = []
    }

    private let state = Mutex(State())

    /// Adds a command; `wake` is called when the loop sleeps, and never after ``over()``. Throws `clientClosed` for a
    /// start after ``close(_:wake:)``.
    func add(_ command: Command, wake: () -> Void) throws {
        try state.withLock { state in
            if state.isClosed, case .start = command { throw Self.closed }
            if state.isOver { return }
            state.commands.append(command)
            Self.rouse(&state, wake)
        }
    }

    /// Refuses further starts and asks the loop to end. `onOver` is told of it; at once when it has.
    func close(_ onOver: OneShot<Void>?, wake: () -> Void) {
        let isOver = state.withLock { state in
            state.isClosed = true
            if state.isOver { return true }
            if let onOver { state.onOver.append(onOver) }
            Self.rouse(&state, wake)
            return false
        }
        if isOver { onOver?.resolve(.success(())) }
    }

    private static func rouse(_ state: inout State, _ wake: () -> Void) {
        guard state.isAsleep else { return }
        state.isAsleep = false
        wake()
    }

    // MARK: For the loop

    /// Takes the commands, in exchange for an empty array with room. Returns whether the queue has been closed.
    func take(_ commands: inout [Command]) -> Bool {
        state.withLock { state in
            state.isAsleep = false
            swap(&state.commands, &commands)
            return state.isClosed
        }
    }

    /// Whether there is nothing to do; then the next command wakes the loop.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.commands.isEmpty && !state.isClosed
            return state.isAsleep
        }
    }

    /// The loop has ended, and `wake` is not called any more. Returns what was never done.
    func over() -> (waiting: [OneShot<Void>], commands: [Command]) {
        state.withLock { state in
            state.isOver = true
            defer { (state.onOver, state.commands) = ([], []) }
            return (state.onOver, state.commands)
        }
    }

    static var closed: ResilientError {
        ResilientError(.clientClosed, "the transport has been shut down; make a new one", reachedServer: .no)
    }
}
#endif
