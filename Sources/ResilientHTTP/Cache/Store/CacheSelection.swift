/// Which of the kept answers are meant.
public struct CacheSelection: Sendable, Hashable {
    /// The criteria; a store that has an index for one uses it.
    public enum Criterion: Sendable, Hashable {
        /// Everything.
        case all
        /// Every answer under a key.
        case key(CacheKey)
        /// Every answer of a URL (absolute, without fragment), in any scope and to any method.
        case url(String)
        /// Every answer whose URL begins so.
        case prefix(String)
        /// Every answer that a call of this endpoint brought.
        case endpoint(String)
        /// Every answer with this tag.
        case tag(String)
        /// Every answer of one credential scope.
        case scope(CredentialScope)
    }

    /// The criterion.
    public let criterion: Criterion

    /// Makes a selection.
    public init(_ criterion: Criterion) {
        self.criterion = criterion
    }

    /// Everything.
    public static let all = Self(.all)
    /// Every answer under a key.
    public static func key(_ key: CacheKey) -> Self { Self(.key(key)) }
    /// Every answer of a URL (absolute, without fragment), in any scope and to any method.
    public static func url(_ url: String) -> Self { Self(.url(url)) }
    /// Every answer whose URL begins so.
    public static func prefix(_ prefix: String) -> Self { Self(.prefix(prefix)) }
    /// Every answer that a call of this endpoint brought.
    public static func endpoint(_ name: String) -> Self { Self(.endpoint(name)) }
    /// Every answer with this tag.
    public static func tag(_ tag: String) -> Self { Self(.tag(tag)) }
    /// Every answer of one credential scope.
    public static func scope(_ scope: CredentialScope) -> Self { Self(.scope(scope)) }

    /// Whether an answer is meant.
    public func contains(_ entry: CacheEntry) -> Bool {
        switch criterion {
        case .all: true
        case .key(let key): entry.key == key
        case .url(let url): entry.key.url == url
        case .prefix(let prefix): entry.key.url.utf8.starts(with: prefix.utf8)
        case .endpoint(let name): entry.endpoint == name
        case .tag(let tag): entry.tags.contains(tag)
        case .scope(let scope): entry.key.scope == scope
        }
    }
}
