/// How a body ended, once, and who is to be told. Part of a state behind a lock; handlers are called outside of it.
struct EndHandlers: Sendable {
    typealias Handler = @Sendable (ResponseBody.Outcome) -> Void

    private(set) var outcome: ResponseBody.Outcome?
    private var handlers: [Handler] = []

    /// Adds a handler, unless the body has ended: then the outcome that it is to be told at once.
    mutating func add(_ handler: @escaping Handler) -> ResponseBody.Outcome? {
        if outcome == nil { handlers.append(handler) }
        return outcome
    }

    /// Ends the body: the handlers to call, or nil when it has ended before.
    mutating func end(_ outcome: ResponseBody.Outcome) -> [Handler]? {
        guard self.outcome == nil else { return nil }
        self.outcome = outcome
        // Taken out, because what closures hold must not be freed under the lock.
        defer { handlers = [] }
        return handlers
    }
}
