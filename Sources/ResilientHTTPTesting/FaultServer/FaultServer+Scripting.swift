extension FaultServer {
    /// Says what the requests for a path get: the k-th arrival the k-th behaviour; the last one repeats.
    ///
    /// Requests that carry an `X-Request-Key` are counted apart for every key. The count begins anew with every call.
    ///
    /// - Parameters:
    ///   - path: the exact path, percent-encoded as sent, without query.
    ///   - behaviours: what the arrivals get. When empty: `echo`.
    public func script(_ path: String, _ behaviours: [Behaviour]) {
        state.withScript { $0.set(path: path, behaviours) }
    }

    /// Says what requests for unscripted paths get, counted for each path on its own. Default: `echo`.
    ///
    /// All counts begin anew.
    public func script(default behaviours: [Behaviour]) {
        state.withScript { $0.set(fallback: Script.choice(among: behaviours)) }
    }

    /// Lets a function choose for requests for unscripted paths.
    ///
    /// It runs on the server's thread when the head has arrived (the body is still empty), so it must not block.
    /// A handler that holds the server keeps it alive until `stop()`. All counts begin anew.
    public func setHandler(_ handler: @escaping @Sendable (ReceivedRequest) -> Behaviour) {
        state.withScript { $0.set(fallback: handler) }
    }

    /// Lets a mix choose for requests for unscripted paths: by seed, path, `X-Request-Key` and attempt, and by nothing
    /// else. All counts begin anew.
    public func script(seed: UInt64, mix: FaultMix) {
        setHandler { request in
            mix.behaviour(path: request.path, key: request.requestKey, attempt: request.attempt, seed: seed)
        }
    }

    /// Says what the next connections do before any request is known, one element each; later ones do what
    /// `Configuration.connectionFault` says.
    public func script(connections faults: [ConnectionFault]) {
        state.withScript { $0.set(connectionFaults: faults) }
    }

    /// Whether connections are accepted. While they are not, the kernel completes as many handshakes as the backlog
    /// (`Configuration.backlog`) holds, on Linux one more, and then leaves clients waiting for an answer to their SYN.
    /// Waiting ones are accepted when this is set to `true` again.
    public func setAccepting(_ accepts: Bool) {
        state.setAccepting(accepts)
    }

    /// Forgets all scripts, counts and records. Open connections stay open.
    public func reset() {
        state.reset()
    }
}
