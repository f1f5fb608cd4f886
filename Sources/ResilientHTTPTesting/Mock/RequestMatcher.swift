import Foundation
public import ResilientHTTP

/// Which requests a rule of a ``MockTransport`` is for.
public struct RequestMatcher: Sendable {
    private let predicate: @Sendable (ClientRequest) -> Bool

    /// Makes a matcher from a predicate.
    public init(_ predicate: @escaping @Sendable (ClientRequest) -> Bool) {
        self.predicate = predicate
    }

    /// Every request.
    public static let any = RequestMatcher { _ in true }

    /// Requests with a method.
    public static func method(_ method: ClientRequest.Method) -> RequestMatcher {
        RequestMatcher { $0.method == method }
    }

    /// Requests whose URL has a path, whatever its query.
    public static func path(_ path: String) -> RequestMatcher {
        RequestMatcher { $0.url.path == path }
    }

    /// Requests to a host.
    public static func host(_ host: String) -> RequestMatcher {
        RequestMatcher { $0.origin?.host == host }
    }

    /// Requests with a header field of a value.
    public static func header(_ name: HeaderFields.Name, _ value: String) -> RequestMatcher {
        RequestMatcher { $0.headers[values: name].contains(value) }
    }

    /// Requests that both match.
    public static func && (left: RequestMatcher, right: RequestMatcher) -> RequestMatcher {
        RequestMatcher { left.matches($0) && right.matches($0) }
    }

    /// Requests that either matches.
    public static func || (left: RequestMatcher, right: RequestMatcher) -> RequestMatcher {
        RequestMatcher { left.matches($0) || right.matches($0) }
    }

    /// Requests that do not match.
    public static prefix func ! (matcher: RequestMatcher) -> RequestMatcher {
        RequestMatcher { !matcher.matches($0) }
    }

    func matches(_ request: ClientRequest) -> Bool {
        predicate(request)
    }
}
