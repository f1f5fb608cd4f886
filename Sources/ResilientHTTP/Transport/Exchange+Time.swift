import Synchronization

extension Exchange {
    /// Sets the timer to the next limit, unless it is set to an earlier time: then that one looks again (a timer a
    /// chunk would cost more than the chunk).
    func rearm() {
        let time = state.withLock { state -> MonotonicTime? in
            guard !state.isOver,
                let next = next(state),
                next.time < state.timerTime
            else { return nil }
            state.timerTime = next.time
            return next.time
        }
        guard let time else { return }
        // Not under the lock: what the clock does is its own affair.
        let timer = runtime.schedule(at: time) { [self] in look(at: time) }
        let unwanted = state.withLock { state -> ClockTimer? in
            guard !state.isOver, state.timerTime == time else { return timer }
            defer { state.timer = timer }
            return state.timer
        }
        unwanted?.cancel()
    }

    /// Once the body is read as it arrives, the client bounds it.
    private func next(_ state: State) -> ExchangeLimits.Limit? {
        state.channel == nil ? limits.next(started: state.started, lastPiece: state.lastPiece) : nil
    }

    private func look(at time: MonotonicTime) {
        let now = runtime.now
        let error = state.withLock { state -> ResilientError? in
            // Over, or an earlier time was set meanwhile.
            guard !state.isOver, state.timerTime == time else { return nil }
            state.timer = nil
            state.timerTime = .distantFuture
            guard let next = next(state), next.time <= now else { return nil }
            // Also before a head that comes at this moment begins a stream.
            if state.started == nil || bodyMode.isStream { state.isOver = true }
            return next.error(reachedServer: state.started == nil ? .no : state.head == nil ? .maybe : .yes)
        }
        if let error {
            fail(error)
            noteTimeout(at: now)
        } else {
            rearm()
        }
    }
}
