import Foundation

/// Where a request goes at another base URL.
enum FallbackURL {
    /// The URL with the other base's scheme, host, port and path in the place of the first base's; without a first
    /// base the whole path stays behind the other base's.
    static func move(_ url: URL, from base: URL?, to other: URL) -> URL? {
        guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: true),
            var moved = URLComponents(url: other, resolvingAgainstBaseURL: true)
        else { return nil }
        var path = parts.percentEncodedPath[...]
        if let base, let prefix = URLComponents(url: base, resolvingAgainstBaseURL: true)?.percentEncodedPath {
            let prefix = trimmed(prefix)
            if path == prefix || path.hasPrefix(prefix + "/") { path = path.dropFirst(prefix.count) }
        }
        let front = trimmed(moved.percentEncodedPath)
        moved.percentEncodedPath = front + (path.isEmpty || path.hasPrefix("/") ? String(path) : "/" + path)
        moved.percentEncodedQuery = parts.percentEncodedQuery
        return moved.url
    }

    private static func trimmed(_ path: String) -> String {
        path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
