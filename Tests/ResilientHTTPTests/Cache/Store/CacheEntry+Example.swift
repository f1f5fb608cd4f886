import Foundation
import ResilientHTTP

extension CacheKey {
    /// A key of a URL at a host where nobody listens.
    static func example(_ path: String = "", tenant: String? = nil, body: Data? = nil) -> CacheKey {
        CacheKey(scope: .example(tenant), url: URL.example(path).absoluteString, body: body)
    }
}

extension CredentialScope {
    /// The scope of a tenant.
    static func example(_ tenant: String? = nil) -> CredentialScope {
        RequestContext.example(tenant: tenant).credentialScope(of: ClientRequest(url: .example()))
    }
}

extension CacheEntry {
    /// An answer that is fresh until it is discarded.
    static func example(
        _ key: CacheKey = .example(),
        language: String? = nil,
        body: Data = Data(),
        receivedAt: MonotonicTime = .zero,
        discardAt: MonotonicTime = .distantFuture,
        endpoint: String? = nil,
        tags: Set<String> = []
    ) -> CacheEntry {
        CacheEntry(
            key: key,
            selectors: language.map { [Selector(name: HeaderFields.Name(constant: "Accept-Language"), value: $0)] }
                ?? [],
            status: 200,
            headers: [.contentType: "text/plain"],
            body: body,
            receivedAt: receivedAt,
            lifetime: .seconds(60),
            discardAt: discardAt,
            endpoint: endpoint,
            tags: tags
        )
    }
}

extension CacheConfiguration {
    /// Bounds, and defaults otherwise.
    static func bounds(entries: Int = 1000, bytes: Int = 64 << 20, entryBytes: Int = 1 << 20) -> CacheConfiguration {
        var configuration = CacheConfiguration()
        configuration.maxEntries = entries
        configuration.maxBytes = bytes
        configuration.maxEntryBytes = entryBytes
        return configuration
    }
}

extension CacheSelection {
    /// Answers to choose from.
    static let exampleEntries = [
        CacheEntry.example(.example("users/1"), endpoint: "user", tags: ["people"]),
        .example(.example("users/2", tenant: "a"), endpoint: "user", tags: ["people", "staff"]),
        .example(.example("users/2"), language: "de", tags: ["staff"]),
        .example(.example("users/2"), language: "fr"),
        .example(.example("items")),
    ]

    /// Every kind of selection, with how many of those answers it means.
    static let examples: [(selection: CacheSelection, count: Int)] = [
        (.key(.example("users/2")), 2), (.url(URL.example("users/2").absoluteString), 3),
        (.prefix(URL.example("users/").absoluteString), 4), (.endpoint("user"), 2), (.tag("people"), 2),
        (.tag("staff"), 2), (.tag("none"), 0), (.scope(.example("a")), 1), (.all, 5),
        (.url("https://other.example/"), 0),
    ]
}
