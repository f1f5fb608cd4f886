/// The kept answers of a client and of its copies, with their statistics.
///
/// Memory is used without a detour; another ``CacheStore`` is asked within bounds that it cannot break.
public final class ResponseCache: Sendable {
    private enum Place: Sendable {
        case memory(MemoryCacheStore)
        case other(CacheStoreClient)
    }

    let configuration: CacheConfiguration
    private let place: Place
    private let scopeKey: CredentialScope.Key?
    private let counters = CacheCounters()
    /// What was changed while an answer was on its way.
    let changes = ChangeEpochs()
    /// What is being fetched again in the background.
    let revalidations = Revalidations()

    init(_ configuration: CacheConfiguration, store: (any CacheStore)?, runtime: ClientRuntime) throws {
        self.configuration = configuration
        scopeKey = store?.scopeKey
        if let memory = store as? MemoryCacheStore {
            place = .memory(memory)
        } else if let store {
            place = .other(CacheStoreClient(store, configuration, counters: counters, runtime: runtime))
        } else {
            place = .memory(try MemoryCacheStore(configuration, runtime: runtime))
        }
    }

    /// The scope of a request, as this cache's store hashes it.
    func scope(of request: ClientRequest, _ context: RequestContext) -> CredentialScope {
        guard let scopeKey else { return context.credentialScope(of: request) }
        return CredentialScope(request: request, tenant: context.options.tenant, key: scopeKey)
    }

    /// The answers under a key, the newest first. Throws only when the call is over.
    func entries(for key: CacheKey, _ context: RequestContext) async throws -> [CacheEntry] {
        switch place {
        case .memory(let store): store.entries(for: key)
        case .other(let client): try await client.entries(for: key, context)
        }
    }

    /// Keeps an answer; what does not fit the bounds is dropped, and the older one of its kind with it. Never waits: a
    /// store that is not memory is told in the background, in the order of the answers of a key.
    func put(_ entry: CacheEntry) {
        let isKept =
            switch place {
            case .memory(let store): store.keep(entry.compacted)
            case .other(let client): client.put(entry)
            }
        counters.change { statistics in
            if isKept { statistics.stored += 1 } else { statistics.refused += 1 }
        }
    }

    /// Forgets what an unsafe request has changed, or what turned out to be wrong. Never waits.
    func invalidate(_ selection: CacheSelection) {
        switch place {
        case .memory(let store): remove(selection, from: store)
        case .other(let client): client.invalidate(selection)
        }
    }

    /// Counts what became of a look-up.
    func note(_ outcome: CacheOutcome, endpoint: String?) {
        counters.note(outcome, endpoint: endpoint)
    }

    @discardableResult
    private func remove(_ selection: CacheSelection, from store: MemoryCacheStore) -> Int {
        let count = store.remove(selection)
        if count > 0 { counters.change { $0.invalidations += count } }
        return count
    }

    private var storeCounts: CacheStoreCounts {
        switch place {
        case .memory(let store): store.counts
        case .other(let client): client.counts
        }
    }
}

// MARK: - For programs

extension ResponseCache {
    /// What the cache has done since it was made, or since ``resetStatistics()``.
    public func statistics() -> CacheStatistics {
        counters.statistics(storeCounts)
    }

    /// Counts from zero again.
    public func resetStatistics() {
        counters.reset(storeCounts)
    }

    /// How much is kept. Throws what the store throws, and a `deadline_exceeded` when it does not answer within
    /// ``CacheConfiguration/storeTimeout``; never for memory.
    public func usage() async throws -> CacheUsage {
        switch place {
        case .memory(let store): store.usage()
        case .other(let client): try await client.usage()
        }
    }

    /// Forgets answers and says how many there were. Throws what the store throws, and a `deadline_exceeded` when it
    /// does not answer within ``CacheConfiguration/storeTimeout``; never for memory. Whether or not it throws, this
    /// cache does not serve them any more. Answers that are on their way meanwhile are not kept.
    @discardableResult
    public func remove(_ selection: CacheSelection) async throws -> Int {
        changes.advanceAll()
        return switch place {
        case .memory(let store): remove(selection, from: store)
        case .other(let client): try await client.remove(selection)
        }
    }

    /// Forgets every answer of a URL (absolute, without fragment), in any scope; see ``remove(_:)``.
    @discardableResult
    public func remove(url: String) async throws -> Int {
        try await remove(.url(url))
    }

    /// Forgets everything; see ``remove(_:)``.
    @discardableResult
    public func removeAll() async throws -> Int {
        try await remove(.all)
    }

    /// Waits until a store that is not memory has been told everything so far, for ``CacheConfiguration/storeTimeout``
    /// at most, and throws a `deadline_exceeded` then; for a program that is about to end.
    public func flush() async throws {
        if case .other(let client) = place { try await client.flush() }
    }
}

/// What became of a look-up in the cache.
enum CacheOutcome: Sendable {
    /// A fresh answer was served.
    case hit
    /// Nothing that could be served or validated.
    case miss
    /// A stale answer was served.
    case stale
    /// The server confirmed a kept answer (304), which was served.
    case revalidated
    /// The server was asked about a kept answer and sent another one.
    case replaced
}
