extension RateLimiter {
    /// Heeds what a server says about its limits, for a call with a key; the stage of a client does it by itself.
    ///
    /// It lowers what is left until the server's reset, for everybody with the same key who comes or waits, for at most
    /// ``RateLimitConfiguration/maxServerDelay``; nothing is ever raised above our own limits. The word of a newer window
    /// of the server's replaces what it said before; within one window the smaller number counts, because answers may come
    /// in another order than they were written in. With the adaptive mode on it also adjusts the
    /// rate. Does nothing when ``RateLimitConfiguration/heedsServer`` is off and there is no adaptive mode.
    public func learn(
        status: ClientResponse.Status,
        headers: HeaderFields,
        for key: RateLimitKey = RateLimitKey()
    ) {
        learn(status: status, headers: headers, from: key)
    }

    func learn(status: ClientResponse.Status, headers: HeaderFields, from source: some LimitKeySource) {
        if let adaptive = configuration.adaptive {
            adapt(isThrottling: adaptive.statuses.contains(status.code), from: source)
        }
        guard configuration.heedsServer, configuration.maxServerDelay > .zero else { return }
        let hints = RateLimitHints(status: status, headers: headers, date: runtime.date)
        guard !hints.isEmpty else { return }
        let keys = keys(of: source, withServer: true)
        change { state, now, woken in
            let places = state.learn(hints, keys, now: now)
            state.serve(places, now: now, into: &woken)
        }
    }

    private func adapt(isThrottling: Bool, from source: some LimitKeySource) {
        let keys = keys(of: source)
        guard let rule = rules.firstIndex(where: \.isAdaptive) else { return }
        change { state, now, woken in
            guard let slot = state.slot(rule, keys, now: now) else { return }
            state.tables[rule][slot].meter.note(isThrottling: isThrottling, now: now)
            if state.tables[rule][slot].hasLine {
                state.serve([Place(rule: rule, slot: slot)], now: now, into: &woken)
            }
        }
    }
}

extension LimiterState {
    /// Puts the server's word to the limits that it is about, or, where there is none, to the call's server key.
    /// Returns the lines that are to be looked at again.
    mutating func learn(_ hints: RateLimitHints, _ keys: CallKeys, now: MonotonicTime) -> [Place] {
        var places: [Place] = []
        for quota in hints.quotas {
            guard let remaining = quota.remaining else { continue }
            // Where the server says when to come back, that counts for what is used up
            // (draft-ietf-httpapi-ratelimit-headers-10 §6.3).
            let told = remaining == 0 ? hints.retryAfter : nil
            let word = { (wait: Duration) in
                ServerAllowance.Word(
                    name: quota.name,
                    left: remaining,
                    wait: told ?? wait,
                    refill: told == nil ? quota.refill : nil,
                    isRefusal: told != nil
                )
            }
            var isHeard = false
            for rule in rules.indices {
                guard case .limit(let limit) = rules[rule].kind, concerns(rule, quota) else { continue }
                isHeard = true
                teach(rule, keys, word(quota.reset ?? limit.per), now: now, &places)
            }
            // Tokens that nobody counts here matter only when there are none.
            guard !isHeard, quota.counts == .requests || remaining == 0, let reset = quota.reset else { continue }
            guard let rule = serverRule(keys, now: now) else { continue }
            teach(rule, keys, word(reset), now: now, &places)
        }
        if let wait = hints.retryAfter, let rule = serverRule(keys, now: now) {
            let pause = min(wait, longest)
            teach(rule, keys, now: now, &places) { $0.pause(for: pause, now: now) }
        }
        return places
    }

    /// Requests are counted by limits of requests, or by those of cost if there are no others: there a call costs 1
    /// unless it says otherwise.
    private func concerns(_ rule: Int, _ quota: RateLimitHints.Quota) -> Bool {
        if rules[rule].counts == quota.counts { return true }
        return quota.counts == .requests
            && !rules.contains { rule in
                if case .limit = rule.kind { rule.counts == .requests } else { false }
            }
    }

    /// The place of what concerns no limit of ours, ready for a call's key.
    private mutating func serverRule(_ keys: CallKeys, now: MonotonicTime) -> Int? {
        guard let rule = rules.indices.last, rules[rule].isServer, let key = keys[rule] else { return nil }
        if tables[rule].find(key) == nil { forgetExpired(rule, now: now) }
        _ = tables[rule].slot(of: key) { .open }
        return rule
    }

    private mutating func teach(
        _ rule: Int,
        _ keys: CallKeys,
        _ word: ServerAllowance.Word,
        now: MonotonicTime,
        _ places: inout [Place]
    ) {
        guard word.wait > .zero else { return }
        let longest = longest
        teach(rule, keys, now: now, &places) { $0.hear(word, longest: longest, now: now) }
    }

    private mutating func teach(
        _ rule: Int,
        _ keys: CallKeys,
        now: MonotonicTime,
        _ places: inout [Place],
        _ body: (inout ServerAllowance) -> Void
    ) {
        // Not by way of `slot`, which drops a server key that holds nothing yet.
        guard let key = keys[rule] else { return }
        let slot = tables[rule].slot(of: key) { rules[rule].makeMeter(now: now) }
        tables[rule][slot].hear(body, now: now)
        if tables[rule][slot].hasLine { places.append(Place(rule: rule, slot: slot)) }
    }

    /// Drops what the server said and what is over, before something new is noted.
    private mutating func forgetExpired(_ rule: Int, now: MonotonicTime) {
        guard tables[rule].count >= 64 else { return }
        let expired = tables[rule].occupied.filter { slot in
            !tables[rule][slot].hasLine && (tables[rule][slot].server?.until ?? now) <= now
        }
        for slot in expired { tables[rule].remove(slot) }
    }
}
