import Synchronization

/// Uses a store that is not memory, so that nothing it does can hurt a call: it may throw, hang or bring back rubbish.
final class CacheStoreClient: Sendable {
    private let store: any CacheStore
    private let configuration: CacheConfiguration
    private let runtime: ClientRuntime
    private let counters: CacheCounters
    private let access: StoreAccess
    private let writes: StoreWrites
    private let forgotten = Mutex(ForgottenAnswers())

    init(
        _ store: any CacheStore,
        _ configuration: CacheConfiguration,
        counters: CacheCounters,
        runtime: ClientRuntime
    ) {
        self.store = store
        self.configuration = configuration
        self.counters = counters
        self.runtime = runtime
        access = StoreAccess(timeout: configuration.storeTimeout, runtime: runtime)
        writes = StoreWrites(access, timeout: configuration.storeTimeout, runtime: runtime)
    }

    /// What the store counts, and what was counted about it.
    var counts: CacheStoreCounts {
        var counts = store.counts
        counts.failures += access.failures
        counts.dropped += access.dropped
        return counts
    }

    /// The answers under a key; none when the store failed. Throws only when the call is over.
    func entries(for key: CacheKey, _ context: RequestContext) async throws -> [CacheEntry] {
        // What was forgotten before the question does not count, even if the store forgets it before the answer.
        let before = forgotten.withLock { $0 }
        guard let answer = try await access.ask(context, { [store] in try await store.entries(for: key) }) else {
            return []
        }
        return check(answer, for: key).filter { !before.contains($0) }
    }

    /// Has the store keep an answer. False when it is larger than the bounds allow.
    func put(_ entry: CacheEntry) -> Bool {
        guard entry.memorySize <= configuration.maxEntryBytes, entry.discardAt > runtime.now else {
            invalidate(.key(entry.key))
            return false
        }
        if access.isResting || !writes.add(lane: entry.key.url, { [store] in try await store.put(entry) }) {
            access.noteDropped()
        }
        return true
    }

    /// Has the store forget answers.
    func invalidate(_ selection: CacheSelection) {
        let number = forget(selection)
        let isAdded =
            !access.isResting
            && writes.add(lane: selection.lane) { [self] in _ = try await forget(selection, number) }
        if !isAdded { access.noteDropped() }
    }

    /// Has the store forget answers and waits until it has.
    func remove(_ selection: CacheSelection) async throws -> Int {
        let number = forget(selection)
        return try await wait { result in
            let isAdded = writes.add(lane: selection.lane) { [self] in
                do {
                    result.resolve(.success(try await forget(selection, number)))
                } catch {
                    result.resolve(.failure(error))
                    throw error
                }
            }
            if !isAdded { result.resolve(.failure(Self.tooLate("too much is waiting for the cache's store"))) }
        }
    }

    func usage() async throws -> CacheUsage {
        try await wait { [store, runtime] result in
            runtime.start {
                do {
                    result.resolve(.success(try await store.usage()))
                } catch {
                    result.resolve(.failure(error))
                }
            }
        }
    }

    /// Waits until the store has what it was told so far.
    func flush() async throws {
        try await wait { result in
            let isAdded = writes.add(lane: nil) { result.resolve(.success(())) }
            if !isAdded { result.resolve(.failure(Self.tooLate("too much is waiting for the cache's store"))) }
        }
    }
}

extension CacheStoreClient {
    private func forget(_ selection: CacheSelection) -> UInt64 {
        let now = runtime.now
        return forgotten.withLock { $0.insert(selection, now: now) }
    }

    private func forget(_ selection: CacheSelection, _ number: UInt64) async throws -> Int {
        let count = try await store.remove(selection)
        forgotten.withLock { $0.remove(number) }
        counters.change { $0.invalidations += max(0, count) }
        return max(0, count)
    }

    /// What is left of an answer when everything is gone that cannot be true.
    private func check(_ answer: [CacheEntry], for key: CacheKey) -> [CacheEntry] {
        let now = runtime.now
        var checked: [CacheEntry] = []
        var rubbish = max(0, answer.count - CacheShelves.variantLimit)
        for entry in answer.prefix(CacheShelves.variantLimit) {
            guard entry.isPlausible(under: key, maxBytes: configuration.maxEntryBytes, now: now),
                !checked.contains(where: { $0.selectors == entry.selectors })
            else {
                rubbish += 1
                continue
            }
            guard entry.discardAt > now else { continue }
            checked.append(entry.receivedAt > now ? entry.with(receivedAt: now) : entry)
        }
        if rubbish > 0 { counters.change { $0.storeRubbish += rubbish } }
        return checked
    }

    /// Waits for a result, for the store's time at most.
    private func wait<Value>(_ begin: (OneShot<Value>) -> Void) async throws -> Value {
        let result = OneShot<Value>()
        let timer = runtime.schedule(at: runtime.now + configuration.storeTimeout) {
            result.resolve(.failure(Self.tooLate("the cache's store did not answer in time")))
        }
        defer { timer.cancel() }
        begin(result)
        return try await withTaskCancellationHandler {
            try await result.value()
        } onCancel: {
            result.resolve(.failure(CancellationError()))
        }
    }

    private static func tooLate(_ message: String) -> ResilientError {
        ResilientError(.deadlineExceeded, "\(message) (store_timeout)")
    }
}

extension CacheSelection {
    /// The URL that it is about; nil when it may be about any.
    fileprivate var lane: String? {
        switch criterion {
        case .key(let key): key.url
        case .url(let url): url
        case .all, .prefix, .endpoint, .tag, .scope: nil
        }
    }
}
