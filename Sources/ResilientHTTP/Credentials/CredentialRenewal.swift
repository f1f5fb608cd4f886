/// Renews credentials after a 401: once for all who are refused at the same time, and for later calls too.
///
/// A refresh is a task of its own that belongs to none of those who wait; each keeps its own deadline and cancellation.
/// By generation: a 401 that was earned with an older credential takes the newer one without asking.
struct CredentialRenewal: Sendable {
    let refresher: CredentialRefresher
    let table: CredentialTable

    /// What a call uses in place of the credentials that it came with.
    struct Use: Sendable {
        var key: CredentialKey
        var generation = 0
        /// Whether the call has waited for a refresh: it does so once.
        var hasAsked = false
    }

    /// The request with the fresh credential that an earlier call has got; nil when there is none.
    func renewed(_ request: ClientRequest, _ context: RequestContext) -> (ClientRequest, Use)? {
        guard !context.isCrossOrigin, let (key, credential) = table.credential(of: request, context) else { return nil }
        return (credential.applied(to: request), Use(key: key, generation: credential.generation))
    }

    /// The request to send after a 401; nil when there is none.
    ///
    /// Throws what the refresher throws, and what ends the call while it waits.
    func renewed(_ request: ClientRequest, after response: ClientResponse, _ use: inout Use, _ context: RequestContext)
        async throws -> ClientRequest?
    {
        switch table.step(use.key, generation: use.generation, now: context.runtime.now) {
        case .use(let credential):
            use.generation = credential.generation
            return credential.applied(to: request)
        case .giveUp:
            context.explain(.retry, .note("credentials are not refreshed again so soon"))
            return nil
        case .wait(let seat, let begins):
            let (flight, key) = (seat.flight, use.key)
            use.hasAsked = true
            defer { if flight.leave(seat.place) { table.abandoned(key, flight) } }
            if begins { begin(flight, key, request, response, context) }
            // The program's own code may be deaf to deadlines and shutdown.
            let refreshed = try await context.race(reachedServer: .yes) { try await seat.wait.value() }
            guard let refreshed else { return nil }
            if let credential = table.credential(of: key), credential.generation > use.generation {
                use.generation = credential.generation
                return begins ? refreshed : credential.applied(to: request)
            }
            if begins { return refreshed }
            // More than fields has changed, which fits that request only.
            return try await context.race(reachedServer: .yes) { try await refresher(request, response, context) }
        }
    }

    private func begin(
        _ flight: CredentialFlight,
        _ key: CredentialKey,
        _ request: ClientRequest,
        _ response: ClientResponse,
        _ context: RequestContext
    ) {
        let record = CallRecord(requestID: context.requestID, options: context.options, runtime: context.runtime)
        let own = RequestContext(call: record)
        let task = context.runtime.start { [refresher, table] in
            do {
                let refreshed = try await refresher(request, response, own)
                let refresh = refreshed.map { CredentialTable.Refresh(request: request, refreshed: $0) }
                table.ended(key, flight, now: own.runtime.now, refresh)
                flight.end(.success(refreshed))
            } catch {
                table.ended(key, flight, now: own.runtime.now, nil)
                flight.end(.failure(error))
            }
        }
        flight.run(as: task)
    }
}
