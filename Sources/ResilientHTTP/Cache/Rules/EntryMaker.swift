/// Decides what is kept of an answer and on what terms (RFC 9111 §3).
struct EntryMaker {
    private let configuration: CacheConfiguration

    init(_ configuration: CacheConfiguration) {
        self.configuration = configuration
    }

    /// What is kept; nil for an answer that must not be kept or would be of no use.
    func entry(of arrival: Arrival) -> CacheEntry? {
        let control = CacheControl(arrival.headers)
        guard arrival.body.count <= configuration.maxEntryBytes, mayStore(arrival, control),
            let selectors = selectors(of: arrival)
        else { return nil }
        let initialAge = AnswerAge.initial(arrival.newest, received: arrival.received, delay: arrival.delay)
        let freshness = freshness(of: arrival, control, initialAge)
        guard isAllowed(freshness, arrival, control) else { return nil }
        let terms = terms(control, freshness, arrival)
        let isConfirmable = Validators.exist(in: arrival.headers)
        let isAnswerByItself = freshness.basis != .none && !terms.needsValidation
        guard isConfirmable || isAnswerByItself else { return nil }
        return CacheEntry(
            key: arrival.question.key,
            selectors: selectors,
            status: arrival.status,
            headers: StoredFields.stored(arrival.headers),
            body: arrival.body,
            receivedAt: arrival.receivedAt,
            initialAge: initialAge,
            lifetime: freshness.lifetime,
            discardAt: arrival.receivedAt + max(.zero, freshness.lifetime - initialAge)
                + use(afterFreshness: terms, isConfirmable),
            terms: terms,
            endpoint: arrival.endpoint,
            tags: arrival.tags
        )
    }

    /// What neither the time nor the program can change, but for `no-store` where headers do not count.
    private func mayStore(_ arrival: Arrival, _ control: CacheControl) -> Bool {
        let status = arrival.status
        guard status.code >= 200, status != 304 else { return false }
        if control.mustUnderstand { return StatusRules.isUnderstood(status) }
        return !control.isNoStore || !configuration.respectsHeaders && ownTime(for: arrival) != .none
    }

    /// A part is kept for those who ask for the very same part, and for nobody else.
    private func selectors(of arrival: Arrival) -> [CacheEntry.Selector]? {
        let selectors = Variants.selectors(of: arrival.headers, for: arrival.request)
        guard arrival.status == 206 else { return selectors }
        guard arrival.question.rules.range != nil else { return nil }
        return selectors.map { $0 + [Variants.selector(.range, of: arrival.request)] }
    }

    /// What the program says, as far as it may say it: an answer that sets a cookie was made for one receiver, and is
    /// kept only where the server says explicitly that it may be.
    private func ownTime(for arrival: Arrival) -> OwnTime {
        guard StatusRules.allowsOwnTime(arrival.status), !arrival.headers.contains(.setCookie) else { return .none }
        return arrival.question.own
    }

    private func freshness(of arrival: Arrival, _ control: CacheControl, _ initialAge: Duration) -> Freshness {
        let own = ownTime(for: arrival)
        if case .instead(let time) = own { return Freshness(lifetime: initialAge + time, basis: .own) }
        let (headers, received) = (arrival.headers, arrival.received)
        let date = AnswerAge.date(of: arrival.newest, received: received)
        if let said = Freshness.server(headers, control, date: date, received: received) { return said }
        if case .unlessServerSays(let time) = own { return Freshness(lifetime: time, basis: .own) }
        let mayGuess = StatusRules.allowsHeuristic(arrival.status) || control.isPublic
        if mayGuess, !headers.contains(.setCookie),
            let guess = Freshness.heuristic(headers, date: date, received: received, configuration)
        {
            return guess
        }
        return Freshness(lifetime: .zero, basis: .none)
    }

    /// RFC 9111 §3: somebody says that the answer may be kept.
    private func isAllowed(_ freshness: Freshness, _ arrival: Arrival, _ control: CacheControl) -> Bool {
        switch freshness.basis {
        case .server, .heuristic: true
        case .own: arrival.question.own.isPositive
        case .none:
            !arrival.headers.contains(.setCookie)
                && (StatusRules.allowsHeuristic(arrival.status) || control.isPublic || control.isPrivate)
        }
    }

    private func terms(_ control: CacheControl, _ freshness: Freshness, _ arrival: Arrival) -> CacheEntry.Terms {
        var terms = CacheEntry.Terms()
        if case .instead = arrival.question.own, freshness.basis == .own {
            // The program has said that it is fresh.
        } else {
            terms.needsValidation = control.isNoCache
        }
        terms.forbidsStale = control.mustRevalidate
        terms.isImmutable = control.isImmutable
        terms.isHeuristic = freshness.basis == .heuristic
        terms.isUnpacked = arrival.isUnpacked
        guard !terms.needsValidation, !terms.forbidsStale else { return terms }
        terms.staleWhileRevalidate = control.staleWhileRevalidate ?? configuration.staleWhileRevalidate
        terms.staleIfError = control.staleIfError ?? configuration.staleIfError
        return terms
    }

    /// How long an answer that is no longer fresh may still be good for something.
    private func use(afterFreshness terms: CacheEntry.Terms, _ isConfirmable: Bool) -> Duration {
        let isBound = terms.needsValidation || terms.forbidsStale
        let retention = isConfirmable || !isBound ? configuration.retention : .zero
        return max(retention, terms.staleWhileRevalidate, terms.staleIfError)
    }
}
