import Synchronization

extension CircuitBreaker {
    /// What is to be told at a time.
    private struct Round {
        var news: [BreakerCore.News]
        var watchers: [Watcher] = []
        var refusal: BreakerRefusal?
    }

    /// Tells listeners and watches what has changed, with no lock held: what is called may itself use the breaker, also
    /// to change it.
    ///
    /// One thread tells at a time, in the order of the changes. Whoever changes something meanwhile leaves it to that
    /// one; a call-back that does so returns first, and hears of its own change after that.
    func tell() {
        guard guarded.withLock({ $0.beginTelling() }) else { return }
        while let round = nextRound() {
            for item in round.news {
                let transition = Transition(
                    breaker: name,
                    from: item.from,
                    to: item.to,
                    reason: item.reason,
                    time: item.time,
                    openFor: item.openNanoseconds.map(Duration.nanoseconds)
                )
                hub.tell(transition)
                onTransition?(transition)
            }
            guard let refusal = round.refusal else { continue }
            let reason = error(refusal)
            for watcher in round.watchers { watcher.onOpen(reason) }
        }
    }

    /// What has changed since, and whose wait that ends; nil, and the end of telling, when nothing has.
    private func nextRound() -> Round? {
        let now = runtime.now
        return guarded.withLock { guarded in
            var round = Round(news: guarded.core.takeNews())
            guard !round.news.isEmpty else {
                guarded.isTelling = false
                return nil
            }
            guard round.news.contains(where: { $0.to == .open || $0.to == .forcedOpen }), !guarded.watches.isEmpty,
                let refusal = guarded.core.outlook(now: now)?.refusal
            else { return round }
            round.refusal = refusal
            round.watchers = Array(guarded.watches.values)
            guarded.watches = [:]
            for _ in round.watchers { guarded.core.noteRejection() }
            return round
        }
    }
}

extension CircuitBreaker.Guarded {
    /// Whether there is news that nobody tells yet.
    fileprivate mutating func beginTelling() -> Bool {
        guard !isTelling, core.hasNews else { return false }
        isTelling = true
        return true
    }
}
