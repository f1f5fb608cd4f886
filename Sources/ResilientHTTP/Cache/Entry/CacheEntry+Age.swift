extension CacheEntry {
    /// How old the answer is at a time (RFC 9111 §4.2.3, current_age).
    func age(at now: MonotonicTime) -> Duration {
        initialAge + max(.zero, now - receivedAt)
    }

    /// Whether it may be served once it is stale, if somebody allows it.
    var mayBeServedStale: Bool { !terms.needsValidation && !terms.forbidsStale }

    /// Whether it is what a server says when it cannot serve.
    var isError: Bool { status.isServerError || status == 429 }
}
