/// The rest of the pipeline, as a stage sees it: all further stages and the transport.
public struct Next: Sendable {
    /// A stage and what is further in. The innermost one is the transport's, which never goes on.
    final class Link: Sendable {
        /// A class: every function that awaits a stage holds a copy of this, which of any other type were larger.
        fileprivate let middleware: any Middleware & AnyObject
        fileprivate let next: Link?

        init(_ middleware: any Middleware & AnyObject, next: Link?) {
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

/// A middleware of a program's own that is no class.
private final class Held: Middleware {
    private let middleware: any Middleware

    init(_ middleware: any Middleware) {
        self.middleware = middleware
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await middleware.intercept(request, context: context, next: next)
    }
}

extension Next.Link {
    convenience init(of middleware: any Middleware, next: Next.Link?) {
        let object = type(of: middleware) is AnyClass ? middleware as? any Middleware & AnyObject : nil
        self.init(object ?? Held(middleware), next: next)
    }
}
