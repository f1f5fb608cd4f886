/// A client of Swift: one call after another, by as many tasks as are to be in flight.
protocol Caller: Peer {
    /// Sends one request of the load and has its whole answer.
    func call(_ load: Load) async throws
    /// What a program would have done long before its first request.
    func prepare(_ load: Load) throws
}

extension Caller {
    func prepare(_ load: Load) {}

    func run(_ load: Load) async throws -> Taken {
        try prepare(load)
        return try await Taken.spread(load.requests, inFlight: load.inFlight) { try await call(load) }
    }
}
