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

    /// Adds a command. Returns whether the loop sleeps and is to be woken: not under the lock, which it takes at once.
    ///
    /// Throws `clientClosed` for a start after ``close(_:)``.
    func add(_ command: Command) throws -> Bool {
        try state.withLock { state in
            if state.isClosed, case .start = command { throw Self.closed }
            if state.isOver { return false }
            state.commands.append(command)
            return Self.rouse(&state)
        }
    }

    /// Refuses further starts and asks the loop to end. `onOver` is told of it; at once when it has. Returns whether
    /// the loop is to be woken.
    func close(_ onOver: OneShot<Void>?) -> Bool {
        let (isOver, isAsleep) = state.withLock { state in
            state.isClosed = true
            if state.isOver { return (true, false) }
            if let onOver { state.onOver.append(onOver) }
            return (false, Self.rouse(&state))
        }
        if isOver { onOver?.resolve(.success(())) }
        return isAsleep
    }

    private static func rouse(_ state: inout State) -> Bool {
        defer { state.isAsleep = false }
        return state.isAsleep
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

    /// The loop has ended. Returns what was never done.
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
