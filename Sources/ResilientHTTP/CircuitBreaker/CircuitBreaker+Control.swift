extension CircuitBreaker {
    /// Refuses every call from now on, until ``reset()`` or another of these.
    public func forceOpen() {
        force(.forcedOpen)
    }

    /// Lets every call pass and counts it, but never opens, until ``reset()`` or another of these.
    public func forceClosed() {
        force(.forcedClosed)
    }

    /// Lets every call pass and counts nothing, until ``reset()`` or another of these.
    public func disable() {
        force(.disabled)
    }

    /// Lets every call pass and counts how often the breaker would have opened, until ``reset()`` or another of these:
    /// to try a configuration out.
    public func metricsOnly() {
        force(.metricsOnly)
    }

    /// Closes the breaker and begins all counts anew. What is in flight will be late.
    public func reset() {
        let now = runtime.now
        change { $0.reset(now: now) }
    }

    private func force(_ state: State) {
        let now = runtime.now
        change { $0.force(state, now: now) }
    }
}
