/// Starts calls of the client's own, such as a revalidation that nobody waits for: a shutdown waits for them and ends
/// them like any other call.
final class BackgroundCalls: Sendable {
    private let calls: CallRegistry
    private let requestIDs: RequestIDSource

    init(_ calls: CallRegistry, _ requestIDs: RequestIDSource) {
        self.calls = calls
        self.requestIDs = requestIDs
    }

    /// Starts an operation with the caller's task-locals, in a context of its own: the same options and wish for the
    /// body, a record of its own, no deadline. False when the client has been shut down.
    func start(from context: RequestContext, _ operation: @escaping @Sendable (RequestContext) async -> Void) -> Bool {
        let record = CallRecord(
            requestID: requestIDs.next(),
            target: nil,
            options: context.options,
            runtime: context.runtime,
            body: context.body
        )
        guard (try? calls.begin(record)) != nil else { return false }
        var own = RequestContext(call: record)
        if context.isCrossOrigin { own.reach = context.reach }
        let background = own
        context.runtime.start { [calls] in
            await operation(background)
            calls.end(record)
        }
        return true
    }
}
