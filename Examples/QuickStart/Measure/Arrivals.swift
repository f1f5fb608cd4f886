import ResilientHTTPTesting

/// What the server saw of a run, whoever sent it.
struct Arrivals: Sendable {
    /// Requests of the workload, each attempt counted, without what redirects led to.
    private(set) var attempts = 0
    /// Requests that brought credentials to the origin that a redirect led to.
    private(set) var leakedCredentials = 0
    /// Complete requests by path.
    private var complete: [String: Int] = [:]

    /// Adds what a server has recorded.
    mutating func add(_ server: FaultServer) {
        for request in server.requests {
            if request.port == server.alternatePort {
                leakedCredentials += request.values(of: "Authorization").isEmpty ? 0 : 1
            } else {
                attempts += 1
            }
            if request.isComplete { complete[request.path, default: 0] += 1 }
        }
    }

    /// How many times too often a request was done: it was there as a whole, and there again.
    func duplicates(of request: PlannedRequest) -> Int {
        [request.path, PlannedRequest.landingPath(request.index)].reduce(0) { $0 + max(0, (complete[$1] ?? 0) - 1) }
    }
}
