/// Gives a request fresh credentials after a 401, or nil when there are none. Called at most once a call; the result
/// is sent even when the method is not idempotent, because a 401 means that nothing was carried out. The call goes on
/// without waiting any longer at its deadline, at cancellation and at shutdown; what is thrown ends the call.
public typealias CredentialRefresher =
    @Sendable (
        _ request: ClientRequest,
        _ response: ClientResponse,
        _ context: RequestContext
    ) async throws -> ClientRequest?
