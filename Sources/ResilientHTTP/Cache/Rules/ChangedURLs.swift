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
            guard target.origin == request.origin else { continue }
            for key in [target.key, plain(target)] where !urls.contains(key) { urls.append(key) }
        }
        return urls
    }

    /// The URL as a request would name it: host in lower case, no port that goes without saying.
    private static func plain(_ target: RequestTarget) -> String {
        guard let origin = target.origin, let authority = target.key.range(of: "://")?.upperBound else {
            return target.key
        }
        let path = target.key[authority...].drop { $0 != "/" && $0 != "?" }
        return origin.description + path
    }
}
