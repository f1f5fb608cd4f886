/// The rest of the pipeline, as a stage sees it: all further stages and the transport.
public struct Next: Sendable {
    /// A stage and what is further in. The innermost one is the transport's, which never goes on.
    final class Link: Sendable {
        fileprivate let middleware: any Middleware
        fileprivate let next: Link?

        init(_ middleware: any Middleware, next: Link?) {
            self.middleware = middleware
            self.next = next
        }
    }

    private let link: Link

    init(_ link: Link) {
        self.link = link
    }

    /// Sends a request through the rest of the pipeline. May be called any number of times.
    @inline(__always)
    public func callAsFunction(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        try await link.middleware.intercept(request, context: context, next: Next(link.next ?? link))
    }
}
