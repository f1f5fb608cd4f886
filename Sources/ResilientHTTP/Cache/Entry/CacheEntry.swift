public import Foundation

/// An answer as it is kept: immutable, so that every hit shares it and copies nothing.
public final class CacheEntry: Sendable {
    /// A field of the request that the answer depends on, by its `Vary` (RFC 9111 §4.1).
    public struct Selector: Sendable, Hashable {
        /// The field's name.
        public let name: HeaderFields.Name
        /// The values of the field in the request, normalised and joined; nil when it had none.
        public let value: String?

        /// Makes a selector.
        public init(name: HeaderFields.Name, value: String?) {
            (self.name, self.value) = (name, value)
        }
    }

    /// What is under which key.
    public let key: CacheKey
    /// The fields of the request that the answer depends on, by name; empty without `Vary`. An answer replaces the one
    /// with the same key and equal selectors.
    public let selectors: [Selector]
    /// The status.
    public let status: ClientResponse.Status
    /// The header fields to be served, without `Age`.
    public let headers: HeaderFields
    /// The body.
    public let body: Data
    /// When the answer's head was there, on the client's clock. Where it is kept longer than the process lives, the
    /// time of day takes its place.
    public let receivedAt: MonotonicTime
    /// How old the answer was then (RFC 9111 §4.2.3, corrected_initial_age).
    public let initialAge: Duration
    /// How long it is fresh, counted from age zero.
    public let lifetime: Duration
    /// When it is of no use any more, not even stale or to be validated: a store forgets it then.
    public let discardAt: MonotonicTime
    /// What may be done with it beyond its freshness.
    public let terms: Terms
    /// The endpoint's name of the call that brought it.
    public let endpoint: String?
    /// The tags under which the caller wants to clear it.
    public let tags: Set<String>
    /// What the hits of one second have in common.
    let served = ServedFields()

    /// What may be done with an answer beyond its freshness.
    public struct Terms: Sendable, Hashable, Codable {
        /// Never to be served without asking the server (`no-cache`).
        public var needsValidation = false
        /// Not to be served once it is stale (`must-revalidate`).
        public var forbidsStale = false
        /// How long after its freshness it may be served while a fresh one is fetched (RFC 5861 §3).
        public var staleWhileRevalidate: Duration = .zero
        /// How long after its freshness it may be served when the server fails (RFC 5861 §4).
        public var staleIfError: Duration = .zero
        /// Not to be validated while it is fresh, not even when the caller wants what is kept confirmed (RFC 8246).
        public var isImmutable = false
        /// The freshness is a guess (RFC 9111 §4.2.2).
        public var isHeuristic = false
        /// The body was unpacked on its way, and a strong ETag is that of the packed one: no part may be cut from it.
        public var isUnpacked = false

        /// Makes the terms of an answer that says nothing.
        public init() {}
    }

    /// Makes an entry.
    public init(
        key: CacheKey,
        selectors: [Selector] = [],
        status: ClientResponse.Status,
        headers: HeaderFields,
        body: Data,
        receivedAt: MonotonicTime,
        initialAge: Duration = .zero,
        lifetime: Duration,
        discardAt: MonotonicTime,
        terms: Terms = Terms(),
        endpoint: String? = nil,
        tags: Set<String> = []
    ) {
        self.key = key
        self.selectors = selectors
        self.status = status
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
        self.initialAge = initialAge
        self.lifetime = lifetime
        self.discardAt = discardAt
        self.terms = terms
        self.endpoint = endpoint
        self.tags = tags
    }
}
