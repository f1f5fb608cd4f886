import Synchronization

/// The header fields with which an entry is served: its own, its age, and where the answer comes from.
///
/// They are made once a second and shared by all hits of it, so that a hit copies nothing.
final class ServedFields: Sendable {
    private struct Made {
        var second: Int64 = -1
        var headers = HeaderFields()
    }

    private let made = Mutex(Made())

    /// The fields at an age.
    func headers(of entry: CacheEntry, age: Duration) -> HeaderFields {
        let second = age.components.seconds
        return made.withLock { made in
            if made.second != second { made = Self.make(entry, second) }
            return made.headers
        }
    }

    private static func make(_ entry: CacheEntry, _ second: Int64) -> Made {
        let status = CacheStatus.hit(ttl: entry.lifetime.components.seconds - second)
        return Made(second: second, headers: made(of: entry, second: second, status: status))
    }

    /// The fields at an age, with what is to be said of where the answer comes from.
    static func made(of entry: CacheEntry, age: Duration, status: String) -> HeaderFields {
        made(of: entry, second: age.components.seconds, status: status)
    }

    private static func made(of entry: CacheEntry, second: Int64, status: String) -> HeaderFields {
        var headers = entry.headers
        headers.append(String(second), for: .age)
        headers.append(status, for: .cacheStatus)
        return headers
    }
}
