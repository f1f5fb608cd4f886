extension FaultServer {
    /// The recorded requests in the order in which their heads arrived.
    public var requests: [ReceivedRequest] {
        state.withJournal { $0.requests }
    }

    /// The recorded requests for a path.
    public func requests(path: String) -> [ReceivedRequest] {
        requests.filter { $0.path == path }
    }

    /// How many requests for a path arrived with their whole body; exact also when records were dropped.
    public func completeRequests(path: String) -> Int {
        state.withJournal { $0.completeByPath[path] ?? 0 }
    }

    /// The recorded connections in the order in which they were accepted.
    public var connections: [ConnectionRecord] {
        state.withJournal { $0.connections }
    }

    /// The counters.
    public var counters: Counters {
        state.withJournal { $0.counters }
    }

    /// Waits until so many requests (for a path, when given) have arrived with their whole body.
    ///
    /// - Throws: `FaultServerError` of code `timedOut` or `stopped`, or `CancellationError`.
    public func waitFor(completeRequests count: Int, path: String? = nil, timeout: Duration = .seconds(10)) async throws
    {
        try await state.wait(timeout: timeout) { journal in
            guard let path else { return journal.counters.completeRequests >= count }
            return journal.completeByPath[path] ?? 0 >= count
        }
    }

    /// Waits until no connection is open.
    ///
    /// - Throws: `FaultServerError` of code `timedOut` or `stopped`, or `CancellationError`.
    public func waitForNoConnections(timeout: Duration = .seconds(10)) async throws {
        try await waitUntil(timeout: timeout) { $0.open == 0 }
    }

    /// Waits until a condition on the counters holds. It is looked at after every event, on the server's thread and
    /// under its lock, so it must look at nothing but its argument.
    ///
    /// - Throws: `FaultServerError` of code `timedOut` or `stopped`, or `CancellationError`.
    public func waitUntil(
        timeout: Duration = .seconds(10),
        _ condition: @escaping @Sendable (Counters) -> Bool
    ) async throws {
        try await state.wait(timeout: timeout) { condition($0.counters) }
    }
}
