import Foundation

/// Builds the URL of an endpoint from the client's base URL.
///
/// The base URL's path stays in front (`/v1` and `messages` give `/v1/messages`), its query too, and nothing that is
/// put into an endpoint can lead to another host or above the base path. It is put together as text: Foundation
/// repairs what is wrong in some places and ends the process in others.
struct EndpointURL {
    let base: URL?
    let allowsOtherOrigins: Bool

    func resolve(_ endpoint: String, query: [URLQueryItem]) throws -> URL {
        guard Grammar.isURLText(endpoint) else {
            throw invalid("contains a character that must be percent-encoded")
        }
        let (path, own) = split(endpoint)
        if isAbsolute(endpoint) {
            try checkSegments(path)
            let url = try url(path, queries: [own, QueryEncoding.encode(query)])
            if let base, !allowsOtherOrigins, RequestTarget(url).origin != RequestTarget(base).origin {
                throw otherOrigin
            }
            return url
        }
        guard let base else { throw invalid("is relative, and the client has no base URL") }
        guard !endpoint.hasPrefix("//") else { throw otherOrigin }
        guard path.utf8.allSatisfy({ $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }) else {
            throw invalid("contains a bracket in its path, which must be percent-encoded")
        }
        try checkSegments(path)
        let (front, baseQuery) = split(base.absoluteString)
        return try url(join(front, path), queries: [baseQuery, own, QueryEncoding.encode(query)])
    }

    private func isAbsolute(_ endpoint: String) -> Bool {
        let head = Grammar.lowercased(String(endpoint.prefix(8)))
        return head.hasPrefix("http://") || head.hasPrefix("https://")
    }

    /// What stands before the query, and the query. The fragment is never sent.
    private func split(_ text: String) -> (front: Substring, query: String) {
        let fragment = text.firstIndex(of: "#") ?? text.endIndex
        let mark = text[..<fragment].firstIndex(of: "?") ?? fragment
        return (text[..<mark], String(text[mark..<fragment].dropFirst()))
    }

    private func join(_ base: Substring, _ path: Substring) -> Substring {
        let hasPath = base.filter { $0 == "/" }.count > 2
        if path.isEmpty { return hasPath ? base : base + "/" }
        let front = base.hasSuffix("/") ? base.dropLast() : base
        return front + (path.hasPrefix("/") ? "" : "/") + path
    }

    private func url(_ front: Substring, queries: [String]) throws -> URL {
        let query = queries.filter { !$0.isEmpty }.joined(separator: "&")
        // No larger than it is: a call that waits holds it.
        var text = ""
        text.reserveCapacity(front.utf8.count + (query.isEmpty ? 0 : 1 + query.utf8.count))
        text += front
        if !query.isEmpty { text += "?\(query)" }
        guard let url = URL(string: text) else { throw invalid("does not give a valid URL") }
        return url
    }

    /// `..` would leave the base path once somebody normalises it: libcurl does, and so do servers, some of them
    /// after decoding an encoded slash.
    private func checkSegments(_ path: Substring) throws {
        let plain = Grammar.lowercased(String(path))
            .replacingOccurrences(of: "%2e", with: ".")
            .replacingOccurrences(of: "%2f", with: "/")
            .replacingOccurrences(of: "%5c", with: "/")
        for segment in plain.split(separator: "/") where segment == ".." || segment == "." {
            throw invalid("contains a dot segment")
        }
    }

    private func invalid(_ problem: String) -> ResilientError {
        ResilientError(.invalidRequest, "the endpoint \(problem)", reachedServer: .no)
    }

    private var otherOrigin: ResilientError {
        ResilientError(
            .originRefused,
            "the endpoint names another origin than the base URL; make a client for that service, or set "
                + "allows_other_origins",
            reachedServer: .no
        )
    }
}
