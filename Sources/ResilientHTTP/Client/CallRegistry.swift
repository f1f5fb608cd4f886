import Synchronization

/// The calls of a client that are under way, so that a shutdown can wait for them and then end them.
///
/// Slots are reused, and a call's record knows its own, so a call costs two short critical sections and no allocation.
final class CallRegistry: Sendable {
    private struct State {
        var slots: [CallRecord?] = []
        var free: [Int] = []
        var isClosed = false
        var onDrained: [OneShot<Void>] = []

        var isEmpty: Bool { free.count == slots.count }
    }

    private let state = Mutex(State())

    /// How many calls are under way.
    var count: Int {
        state.withLock { $0.slots.count - $0.free.count }
    }

    /// Enters a call; throws `clientClosed` after ``close()``.
    func begin(_ call: CallRecord) throws {
        let slot = state.withLock { state -> Int? in
            if state.isClosed { return nil }
            if let slot = state.free.popLast() {
                state.slots[slot] = call
                return slot
            }
            state.slots.append(call)
            return state.slots.count - 1
        }
        guard let slot else { throw Self.closed }
        call.slot.store(slot, ordering: .relaxed)
    }

    /// Leaves.
    func end(_ call: CallRecord) {
        let slot = call.slot.load(ordering: .relaxed)
        let drained = state.withLock { state -> [OneShot<Void>] in
            state.slots[slot] = nil
            state.free.append(slot)
            guard state.isEmpty, !state.onDrained.isEmpty else { return [] }
            defer { state.onDrained = [] }
            return state.onDrained
        }
        for waiter in drained { waiter.resolve(.success(())) }
    }

    /// Refuses new calls from now on.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Resolves `waiter` when no call is under way.
    func notifyWhenDrained(_ waiter: OneShot<Void>) {
        let isEmpty = state.withLock { state in
            if !state.isEmpty { state.onDrained.append(waiter) }
            return state.isEmpty
        }
        if isEmpty { waiter.resolve(.success(())) }
    }

    /// Ends every call that is under way.
    func interruptAll() {
        let calls = state.withLock { $0.slots.compactMap { $0 } }
        for call in calls { call.interrupt(Self.closed) }
    }

    static var closed: ResilientError {
        ResilientError(.clientClosed, "the client has been shut down; make a new one")
    }
}
