import Synchronization

/// One refresh that is under way, and those who wait for it. It ends with its result, or when nobody is left.
final class CredentialFlight: Sendable {
    typealias Wait = OneShot<ClientRequest?>

    private struct State {
        var waits: [Int: Wait] = [:]
        var next = 0
        var task: Task<Void, Never>?
        var result: Result<ClientRequest?, any Error>?
        var isAbandoned = false
    }

    private let state = Mutex(State())

    /// A place among those who wait.
    struct Seat {
        let flight: CredentialFlight
        let place: Int
        let wait: Wait
    }

    /// Nil for a refresh that everybody has left.
    func join() -> Seat? {
        let wait = Wait()
        return state.withLock { state in
            guard !state.isAbandoned else { return nil }
            state.next += 1
            if let result = state.result { wait.resolve(result) } else { state.waits[state.next] = wait }
            return Seat(flight: self, place: state.next, wait: wait)
        }
    }

    /// Whoever is the last to leave ends the refresh. Returns whether that is so.
    func leave(_ place: Int) -> Bool {
        let (wait, task, isLast) = state.withLock { state in
            let wait = state.waits.removeValue(forKey: place)
            let isLast = state.waits.isEmpty && state.result == nil
            state.isAbandoned = isLast
            return (wait, isLast ? state.task : nil, isLast)
        }
        wait?.resolve(.failure(CancellationError()))
        task?.cancel()
        return isLast
    }

    func run(as task: Task<Void, Never>) {
        let isAbandoned = state.withLock { state in
            state.task = task
            return state.isAbandoned
        }
        if isAbandoned { task.cancel() }
    }

    func end(_ result: Result<ClientRequest?, any Error>) {
        let waits = state.withLock { state in
            state.result = result
            defer { state.waits = [:] }
            return Array(state.waits.values)
        }
        for wait in waits { wait.resolve(result) }
    }
}
