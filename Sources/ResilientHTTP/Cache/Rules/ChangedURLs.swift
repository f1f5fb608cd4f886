import Foundation

/// What a request that may change something makes worthless (RFC 9111 §4.4).
enum ChangedURLs {
    /// The URLs whose answers are to be forgotten: the request's own, and where the answer says that something is or has
    /// come to be, as far as that is of the same origin. None when the request failed.
    static func of(_ request: ClientRequest, _ response: ClientResponse) -> [String] {
        guard response.status.isSuccess || response.status.isRedirection else { return [] }
        var urls = [request.target.key]
        for name in [HeaderFields.Name.location, .contentLocation] {
            guard let text = response.headers[name], let url = URL(string: text, relativeTo: request.url) else {
                continue
            }
            let target = RequestTarget(url.absoluteURL)
            if target.origin == request.origin, !urls.contains(target.key) { urls.append(target.key) }
        }
        return urls
    }
}
