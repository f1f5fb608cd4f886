/// What the server still allows for one key, by its last words: its quotas, and a pause in which nobody may come.
struct ServerAllowance: Sendable, Hashable {
    /// What an answer said about one quota.
    struct Word: Sendable {
        var name = ""
        var left: Int
        /// How long its window still lasts.
        var wait: Duration
        /// How long a unit takes to come back; nil where all of them come back with the next window.
        var refill: Duration?
        /// Whether it counts whatever is known: the server has refused, and said when to come back.
        var isRefusal = false
    }

    private struct Quota: Hashable {
        var name: String
        var left: Int
        /// The end of its window, which tells one window from another.
        var end: MonotonicTime
        /// Until when the word holds.
        var until: MonotonicTime
        /// Nanoseconds that a unit takes to come back; 0 for none.
        var refill: Int64
        /// Up to when ``left`` counts what has come back.
        var counted: MonotonicTime

        mutating func advance(_ now: MonotonicTime) {
            guard refill > 0, now > counted else { return }
            let units = (now - counted).saturatedNanoseconds / refill
            left = left.addingSaturating(Int(clamping: units))
            counted = counted.advanced(byNanoseconds: units.multipliedSaturating(by: refill))
        }

        func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime {
            var quota = self
            quota.advance(now)
            guard quota.left < amount else { return now }
            guard refill > 0 else { return until }
            let missing = Int64(clamping: amount.addingSaturating(quota.left == .min ? .max : -quota.left))
            return min(until, quota.counted.advanced(byNanoseconds: missing.multipliedSaturating(by: refill)))
        }
    }

    private var quotas: [Quota] = []
    /// Nobody may come before this.
    private var pausedUntil: MonotonicTime?
    /// Until when those who waited for the end of the pause are let through one by one.
    private var spreadUntil: MonotonicTime?
    /// Changes with every word of the server.
    private(set) var stamp: UInt32

    /// The longest distance between two that a pause has held up.
    private static let longestGap: Duration = .milliseconds(10)

    init(stamp: UInt32 = 0) {
        self.stamp = stamp
    }

    /// Until when anything of it holds.
    var until: MonotonicTime {
        quotas.reduce(max(pausedUntil ?? .zero, spreadUntil ?? .zero)) { max($0, $1.until) }
    }

    /// The least that a quota has left; nil when none is known, and 0 in a pause.
    func left(now: MonotonicTime) -> Int? {
        if let pausedUntil, pausedUntil > now { return 0 }
        return quotas.lazy.filter { $0.until > now }.map { quota in
            var quota = quota
            quota.advance(now)
            return quota.left
        }.min()
    }

    /// The first moment at which an amount is there.
    func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime {
        quotas.reduce(max(now, pausedUntil ?? now)) {
            $1.until > now ? max($0, $1.ready(for: amount, now: now)) : $0
        }
    }

    /// Takes what is there. Of a crowd that waits behind, the next one comes a little later.
    mutating func take(_ amount: Int, now: MonotonicTime, waiting: Int) {
        for index in quotas.indices {
            quotas[index].advance(now)
            quotas[index].left = quotas[index].left.addingSaturating(-amount)
        }
        guard let spreadUntil, now < spreadUntil, waiting > 0 else { return }
        pausedUntil = now + min((spreadUntil - now) / (waiting.addingSaturating(1)), Self.longestGap)
    }

    /// Gives back what was taken under the same word and never used.
    mutating func giveBack(_ amount: Int) {
        for index in quotas.indices { quotas[index].left = quotas[index].left.addingSaturating(amount) }
    }

    /// Hears that nobody is to come for a time. Of two such words the later end counts.
    mutating func pause(for wait: Duration, now: MonotonicTime) {
        stamp &+= 1
        let end = now + wait
        guard end > pausedUntil ?? .zero else { return }
        pausedUntil = end
        spreadUntil = end + ServerHints.spread(of: wait)
    }

    /// Hears about a quota.
    ///
    /// Answers may come in another order than the server wrote them in. A window is known by its end: the word of a newer
    /// window replaces what is known, that of an older one came late and is left out, and within one window the smaller
    /// number is the later one.
    ///
    /// - Parameter longest: the longest that a word holds.
    mutating func hear(_ word: Word, longest: Duration, now: MonotonicTime) {
        stamp &+= 1
        quotas.removeAll { $0.until <= now }
        var quota = Quota(
            name: word.name,
            left: word.left,
            end: now + word.wait,
            until: now + min(word.wait, longest),
            refill: max(0, word.refill?.saturatedNanoseconds ?? 0),
            counted: now
        )
        guard let index = quotas.firstIndex(where: { $0.name == word.name }) else {
            if quotas.count < RateLimitHints.maxQuotas { quotas.append(quota) }
            return
        }
        quotas[index].advance(now)
        let known = quotas[index]
        // Resets are said in whole seconds, and short windows end soon.
        let tolerance = min(.seconds(1), word.wait / 2)
        if !word.isRefusal {
            if quota.end + tolerance < known.end { return }
            if quota.end <= known.end + tolerance {
                quota.left = min(quota.left, known.left)
                (quota.end, quota.until) = (max(quota.end, known.end), max(quota.until, known.until))
            }
        }
        quotas[index] = quota
    }
}
