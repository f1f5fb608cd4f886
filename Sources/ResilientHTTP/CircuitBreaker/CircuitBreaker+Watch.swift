extension CircuitBreaker {
    /// Throws `circuitOpen` when a call would be refused right now; takes no permit. For whoever is about to wait, or has
    /// just waited, for something that would be spent in vain.
    public func checkIfOpen() throws {
        if let error = reject() { throw error }
    }

    /// Registers for the opening of the breaker, so that a wait can be ended by it.
    ///
    /// `onOpen` is called once at most, from any thread, with the error for the wait; it must be quick. Asking and
    /// registering are one step: an opening in between cannot be missed.
    ///
    /// ```swift
    /// let shot = OneShot<Void>()
    /// let watch = try breaker.watch { shot.resolve(.failure($0)) }
    /// defer { watch.cancel() }
    /// ```
    ///
    /// Throws `circuitOpen`, and registers nothing, when a call would be refused right now.
    public func watch(_ onOpen: @escaping @Sendable (ResilientError) -> Void) throws -> Watch {
        Watch(breaker: self, id: try addWatch(onOpen).get())
    }

    /// A registration for the opening of a breaker.
    public struct Watch: Sendable {
        let breaker: CircuitBreaker
        let id: UInt64

        /// Ends the registration. Returns false when the breaker has opened, or is about to say so.
        @discardableResult
        public func cancel() -> Bool {
            breaker.removeWatch(id)
        }
    }
}
