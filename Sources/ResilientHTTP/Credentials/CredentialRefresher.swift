/// Gives a request fresh credentials after a 401, or nil when there are none.
///
/// It is asked once for all calls of one origin, tenant and caller (told apart by the request's header fields) that are
/// refused at the same time; what it changes in the header fields is put into their requests and into those of later
/// calls that come with the same fields. Where it changes more, each call asks by itself. The result is sent even when
/// the method is not idempotent, because a 401 means that nothing was carried out.
///
/// It runs in a task of its own, in a context without the deadline of any call, and is cancelled when nobody waits for
/// it any more; each call that waits ends at its own deadline, cancellation or shutdown. What is thrown ends the calls
/// that wait. After a refresh that did not help it is asked again after 1 s at the soonest, a pause that doubles up to
/// 60 s; until then the 401 is returned.
public typealias CredentialRefresher =
    @Sendable (
        _ request: ClientRequest,
        _ response: ClientResponse,
        _ context: RequestContext
    ) async throws -> ClientRequest?
