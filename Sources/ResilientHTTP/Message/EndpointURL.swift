import Foundation

/// Builds the URL of an endpoint from the client's base URL.
///
/// The base URL's path stays in front (`/v1` and `messages` give `/v1/messages`), its query too, and nothing that is
/// put into an endpoint can lead to another host or above the base path.
struct EndpointURL {
    let base: URL?
    let allowsOtherOrigins: Bool

    func resolve(_ endpoint: String, query: [URLQueryItem]) throws -> URL {
        guard endpoint.utf8.allSatisfy(Grammar.isURLByte) else {
            throw invalid("contains a character that must be percent-encoded")
        }
        if isAbsolute(endpoint) { return try absolute(endpoint, query: query) }
        guard let base else { throw invalid("is relative, and the client has no base URL") }
        guard !endpoint.hasPrefix("//") else { throw otherOrigin }

        let fragment = endpoint.firstIndex(of: "#") ?? endpoint.endIndex
        let mark = endpoint[..<fragment].firstIndex(of: "?") ?? fragment
        let path = endpoint[..<mark]
        try checkSegments(path)
        guard var parts = URLComponents(url: base, resolvingAgainstBaseURL: true) else {
            throw invalid("cannot be joined with the base URL")
        }
        parts.percentEncodedPath = join(parts.percentEncodedPath, path)
        let own = mark < fragment ? String(endpoint[endpoint.index(after: mark)..<fragment]) : ""
        parts.percentEncodedQuery = joinQueries(parts.percentEncodedQuery, own, QueryEncoding.encode(query))
        guard let url = parts.url else { throw invalid("cannot be joined with the base URL") }
        return url
    }

    private func isAbsolute(_ endpoint: String) -> Bool {
        let head = Grammar.lowercased(String(endpoint.prefix(8)))
        return head.hasPrefix("http://") || head.hasPrefix("https://")
    }

    private func absolute(_ endpoint: String, query: [URLQueryItem]) throws -> URL {
        guard let url = URL(string: endpoint), var parts = URLComponents(url: url, resolvingAgainstBaseURL: true) else {
            throw invalid("is not a valid URL")
        }
        if let base, !allowsOtherOrigins, RequestTarget(url).origin != RequestTarget(base).origin { throw otherOrigin }
        guard !query.isEmpty else { return url }
        parts.percentEncodedQuery = joinQueries(parts.percentEncodedQuery, QueryEncoding.encode(query))
        return parts.url ?? url
    }

    private func join(_ base: String, _ path: Substring) -> String {
        if path.isEmpty { return base.isEmpty ? "/" : base }
        let front = base.hasSuffix("/") ? String(base.dropLast()) : base
        return front + (path.hasPrefix("/") ? "" : "/") + path
    }

    private func joinQueries(_ queries: String?...) -> String? {
        let present = queries.compactMap { $0 }.filter { !$0.isEmpty }
        return present.isEmpty ? nil : present.joined(separator: "&")
    }

    /// `..` would leave the base path once somebody normalises it: libcurl does, and so do servers.
    private func checkSegments(_ path: Substring) throws {
        for segment in path.split(separator: "/", omittingEmptySubsequences: true) {
            let plain = Grammar.lowercased(String(segment)).replacingOccurrences(of: "%2e", with: ".")
            if plain == ".." || plain == "." { throw invalid("contains a dot segment") }
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
