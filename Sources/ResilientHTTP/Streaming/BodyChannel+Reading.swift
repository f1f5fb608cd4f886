import Foundation
import Synchronization

extension BodyChannel {
    /// The next chunk; nil at the end of a complete body, and every time after it. An error is thrown again each time.
    ///
    /// For one reader at a time.
    func next() async throws -> Data? {
        if Task.isCancelled {
            cancel()
            throw CancellationError()
        }
        var wait: OneShot<Data?>?
        var since: MonotonicTime?
        while true {
            switch take(orWaitWith: wait, since: since) {
            case .chunk(let chunk, let onDemand):
                onDemand?()
                return chunk
            case .end:
                return nil
            case .failure(let error):
                throw error
            case .mustWait(let clock):
                // Made and asked outside the lock, and only when there is nothing to take.
                wait = OneShot()
                since = clock?.now
            case .waiting:
                guard let wait else { continue }
                watchIdleness()
                return try await withTaskCancellationHandler {
                    try await wait.value()
                } onCancel: {
                    cancel()
                }
            }
        }
    }

    /// What came after the body; empty until its end has been reached.
    var trailers: HeaderFields {
        state.withLock { state in
            guard case .complete = state.ending, state.putBack == nil, state.buffer.bytes == 0 else {
                return HeaderFields()
            }
            return state.trailers
        }
    }

    private enum Taken {
        case chunk(Data, (@Sendable () -> Void)?)
        case end
        case failure(any Error)
        /// With the clock where it matters since when.
        case mustWait(ClientRuntime?)
        case waiting
    }

    private func take(orWaitWith wait: OneShot<Data?>?, since: MonotonicTime?) -> Taken {
        state.withLock { state in
            if let chunk = state.putBack {
                state.putBack = nil
                return .chunk(chunk, nil)
            }
            if let chunk = state.buffer.popFirst() {
                guard state.isPaused, state.buffer.bytes <= capacity / 2 else { return .chunk(chunk, nil) }
                state.isPaused = false
                return .chunk(chunk, state.onDemand)
            }
            if !state.isTold {
                state.isTold = true
                return .chunk(Data(), nil)
            }
            switch state.ending {
            case .complete: return .end
            case .broken(let error), .ended(let error): return .failure(error)
            case nil: break
            }
            guard state.waiter == nil else { return .failure(Self.readTwice) }
            let clock = state.rules?.idle == nil ? nil : state.rules?.runtime
            guard let wait else { return .mustWait(clock) }
            // Rules that came in between bring a clock that has not been asked yet.
            guard clock == nil || since != nil else { return .mustWait(clock) }
            state.waiter = wait
            state.waitingSince = clock == nil ? nil : since
            return .waiting
        }
    }

    private static var readTwice: ResilientError {
        ResilientError(.unsupported, "two tasks read one body at once; a body has one reader")
    }

    /// Puts back what was read ahead; for the reader. It does not count as waiting for a reader.
    func unread(_ chunk: Data) {
        guard !chunk.isEmpty else { return }
        state.withLock { state in
            if case .ended = state.ending { return }
            state.putBack = chunk + (state.putBack ?? Data())
        }
    }

    /// The reader's task was cancelled.
    func cancel() {
        end(.ended(CancellationError()), .cancelled, stopsProducer: true)
    }

    /// The reader has let go of the body.
    func drop() {
        let error = ResilientError(.connectionLost, "the body was dropped before its end", reachedServer: .yes)
        end(.ended(error), .dropped, stopsProducer: true)
    }

    /// Ends the body from outside, at once.
    func fail(_ error: any Error) {
        end(.ended(error), .failed(error), stopsProducer: true)
    }
}

// MARK: - Bounds

extension BodyChannel {
    /// Puts the body under the rules of a call; without them nothing but its producer and its reader ends it.
    func govern(by rules: BodyRules) {
        let isTooLarge = state.withLock { state in
            state.rules = rules
            return state.received > rules.limit
        }
        if isTooLarge { return refuse(rules.translated(ResponseBody.tooLarge(rules.limit))) }
        let wait = rules.call.register { error in
            self.fail(error is CancellationError ? error : rules.translated(error))
        }
        onEnd { _ in rules.call.unregister(wait) }
    }

    /// Ends the body before anybody has read of it, also one that was complete before it came under the rules.
    private func refuse(_ error: any Error) {
        fail(error)
        state.withLock { state in
            state.ending = .ended(error)
            (state.buffer, state.putBack) = (ChunkQueue(), nil)
        }
    }

    /// Whether a producer that was asked to pause need not any more.
    package var wantsMore: Bool { state.withLock { !$0.isPaused || $0.ends.outcome != nil } }

    /// Whether the body is under a call's rules.
    var isGoverned: Bool { state.withLock { $0.rules != nil } }

    /// Sets the deadline by which the body must have arrived, instead of an earlier one; nil for none.
    func setDeadline(_ deadline: Deadline?) {
        guard let rules = state.withLock({ $0.rules }) else { return }
        let timer = deadline.map { deadline in
            rules.runtime.schedule(at: deadline.instant) {
                self.fail(rules.translated(deadline.error(reachedServer: .yes)))
            }
        }
        let unwanted = state.withLock { state -> ClockTimer? in
            guard state.ends.outcome == nil else { return timer }
            defer { state.deadlineTimer = timer }
            return state.deadlineTimer
        }
        unwanted?.cancel()
    }

    /// Sets the idle timer, unless one is set already: that one looks again when it fires, because a timer a chunk
    /// would cost more than the chunk.
    private func watchIdleness() {
        let due = state.withLock { state -> (BodyRules, MonotonicTime)? in
            guard let rules = state.rules, let idle = rules.idle, let since = state.waitingSince, state.waiter != nil,
                state.idleTimerTime == nil, state.ends.outcome == nil
            else { return nil }
            state.idleTimerTime = since + idle
            return (rules, since + idle)
        }
        guard let (rules, time) = due else { return }
        let timer = rules.runtime.schedule(at: time) { self.lookAtIdleness(rules, at: time) }
        let unwanted = state.withLock { state -> ClockTimer? in
            // Over, or it has fired already and perhaps set the next.
            guard state.ends.outcome == nil, state.idleTimerTime == time else { return timer }
            state.idleTimer = timer
            return nil
        }
        unwanted?.cancel()
    }

    private func lookAtIdleness(_ rules: BodyRules, at time: MonotonicTime) {
        guard let idle = rules.idle else { return }
        let now = rules.runtime.now
        let isOver = state.withLock { state in
            guard state.idleTimerTime == time else { return false }
            (state.idleTimerTime, state.idleTimer) = (nil, nil)
            guard state.waiter != nil, let since = state.waitingSince else { return false }
            return since + idle <= now
        }
        if isOver {
            let error = rules.idleError(idle)
            end(.broken(error), .failed(error), stopsProducer: true)
        } else {
            watchIdleness()
        }
    }
}

// MARK: - Handlers

extension BodyChannel {
    /// Calls `handler` once, when the body has ended; at once when it has.
    func onEnd(_ handler: @escaping @Sendable (ResponseBody.Outcome) -> Void) {
        if let outcome = state.withLock({ $0.ends.add(handler) }) { handler(outcome) }
    }
}
