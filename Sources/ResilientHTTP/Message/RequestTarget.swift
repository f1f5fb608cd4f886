package import Foundation

/// A URL with what the stages ask of it, taken apart once.
///
/// Foundation computes a URL's components anew at each access; a request passes six stages and may be retried, so
/// they share this immutable reading instead.
package final class RequestTarget: Sendable {
    // First what every call looks at: with many requests, memory is what it waits for.
    package let origin: Origin?
    package let hasUserInfo: Bool
    /// The URL as text and without its fragment: under what answers are kept and flights are shared.
    package let key: String
    /// The URL's length in bytes.
    package let length: Int
    /// Why the URL cannot be called at all, whatever the policy.
    package let problem: String?
    package let url: URL

    package init(_ url: URL) {
        self.url = url
        let text = url.absoluteString
        let parts = URLParts(text)
        length = text.utf8.count
        let keyLength = parts.lengthWithoutFragment
        key = keyLength == length ? text : String(Substring(text.utf8.prefix(keyLength)))
        problem = parts.problem
        hasUserInfo = parts.hasUserInfo
        if let scheme = parts.scheme, let host = parts.host {
            origin = Origin(lowercasedScheme: scheme, lowercasedHost: host, port: parts.port)
        } else {
            origin = nil
        }
    }
}
