public import Foundation

/// Under what an answer is kept: who asked, the method and the URL; for methods that send a body, the body too.
///
/// Which of the answers under a key fits a request is then decided by `Vary` (RFC 9111 §4.1): see
/// ``CacheEntry/selectors``.
public struct CacheKey: Sendable, Hashable {
    /// On whose behalf: no entry is ever shared between two scopes.
    public let scope: CredentialScope
    /// The method whose answer is kept; `HEAD` is answered from what `GET` has brought.
    public let method: ClientRequest.Method
    /// The absolute URL without its fragment.
    public let url: String
    /// The request's body, for requests that the program's own rule makes cacheable; nil for `GET`.
    public let body: Data?

    /// Makes a key.
    public init(scope: CredentialScope, method: ClientRequest.Method = .get, url: String, body: Data? = nil) {
        (self.scope, self.method, self.url, self.body) = (scope, method, url, body)
    }

    /// Feeds the key to a hasher, the body as a whole: Foundation hashes the beginning of a `Data`, and requests to
    /// the same service begin alike.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(scope)
        hasher.combine(method)
        hasher.combine(url)
        guard let body else { return }
        hasher.combine(body.count)
        body.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
