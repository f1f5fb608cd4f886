import Synchronization

/// What is being fetched again in the background: one request for an entry at a time.
final class Revalidations: Sendable {
    private struct Subject: Hashable {
        let key: CacheKey
        let selectors: [CacheEntry.Selector]

        init(_ entry: CacheEntry) {
            (key, selectors) = (entry.key, entry.selectors)
        }
    }

    private let subjects = Mutex<Set<Subject>>([])

    /// Whether nobody else is at it; then ``end(_:)`` is due.
    func begin(_ entry: CacheEntry) -> Bool {
        let subject = Subject(entry)
        return subjects.withLock { $0.insert(subject).inserted }
    }

    func end(_ entry: CacheEntry) {
        let subject = Subject(entry)
        subjects.withLock { _ = $0.remove(subject) }
    }
}
