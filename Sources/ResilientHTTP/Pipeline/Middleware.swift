/// A stage of the pipeline: sees every request on its way out and every response on its way back.
///
/// A stage calls `next` zero times to answer by itself, once to pass the request on, or many times to repeat it.
/// It is shared by all calls of a client, so its state sits behind a lock or in an actor, and no lock is held while
/// `next` runs. Whoever waits uses ``RequestContext/sleep(for:)``, which ends with the deadline, with cancellation
/// and with the client.
///
/// ```swift
/// struct AddTenant: Middleware {
///     func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
///         var request = request
///         request.headers[.init("X-Tenant")!] = context.options.tenant
///         return try await next(request, context: context)
///     }
/// }
/// ```
public protocol Middleware: Sendable {
    /// Handles one request.
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse
}
