import Foundation

extension CacheEntry {
    /// How far in the future an answer may have been received, because the clocks of two machines differ.
    private static let clockTolerance: Duration = .seconds(60)
    private static let selectorLimit = 64
    /// Beyond what a date can say; a thousand of these can be added.
    private static let times = Duration.zero...(.seconds(1_000_000_000_000))

    /// Whether this can be what was kept under a key, by a store that nobody has checked.
    func isPlausible(under asked: CacheKey, maxBytes: Int, now: MonotonicTime) -> Bool {
        key == asked && (200...599).contains(status.code)
            && receivedAt <= now + Self.clockTolerance && receivedAt <= discardAt
            && [initialAge, lifetime, terms.staleWhileRevalidate, terms.staleIfError].allSatisfy(Self.times.contains)
            && selectors.count <= Self.selectorLimit && memorySize <= maxBytes
            && headers.allSatisfy { Grammar.isFieldValue($0.value) }
    }

    /// The same answer with something changed.
    func with(
        headers: HeaderFields? = nil,
        body: Data? = nil,
        receivedAt: MonotonicTime? = nil,
        initialAge: Duration? = nil
    ) -> CacheEntry {
        CacheEntry(
            key: key,
            selectors: selectors,
            status: status,
            headers: headers ?? self.headers,
            body: body ?? self.body,
            receivedAt: receivedAt ?? self.receivedAt,
            initialAge: initialAge ?? self.initialAge,
            lifetime: lifetime,
            discardAt: discardAt,
            terms: terms,
            endpoint: endpoint,
            tags: tags
        )
    }
}
