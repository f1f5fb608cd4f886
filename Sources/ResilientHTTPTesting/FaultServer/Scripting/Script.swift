/// Which request gets which behaviour; a value inside the server's lock.
struct Script {
    typealias Choice = @Sendable (FaultServer.ReceivedRequest) -> FaultServer.Behaviour

    private let maximumKeys: Int
    private let usualFault: FaultServer.ConnectionFault
    private var paths: [String: [FaultServer.Behaviour]] = [:]
    private var fallback: Choice = { _ in .echo }
    private var connectionFaults: [FaultServer.ConnectionFault] = []
    /// The number of arrivals by path and `X-Request-Key`.
    private var attempts: [String: [String: Int]] = [:]
    private var keys = 0

    init(_ configuration: FaultServer.Configuration) {
        maximumKeys = configuration.maximumRequestKeys
        usualFault = configuration.connectionFault
    }

    mutating func reset() {
        paths = [:]
        fallback = { _ in .echo }
        connectionFaults = []
        forgetAttempts()
    }

    mutating func set(path: String, _ behaviours: [FaultServer.Behaviour]) {
        paths[path] = behaviours
        keys -= attempts.removeValue(forKey: path)?.count ?? 0
    }

    mutating func set(fallback: @escaping Choice) {
        self.fallback = fallback
        forgetAttempts()
    }

    mutating func set(connectionFaults: [FaultServer.ConnectionFault]) {
        // Taken from the end.
        self.connectionFaults = connectionFaults.reversed()
    }

    mutating func nextConnectionFault() -> FaultServer.ConnectionFault {
        connectionFaults.popLast() ?? usualFault
    }

    mutating func nextAttempt(path: String, key: String?) -> Int {
        let key = key ?? ""
        if let attempt = attempts[path]?[key] {
            attempts[path]?[key] = attempt + 1
            return attempt
        }
        guard keys < maximumKeys else { return 0 }
        keys += 1
        attempts[path, default: [:]][key] = 1
        return 0
    }

    func choice(for request: FaultServer.ReceivedRequest) -> Choice {
        guard let behaviours = paths[request.path] else { return fallback }
        return Self.choice(among: behaviours)
    }

    /// The k-th behaviour for the k-th attempt; the last one repeats.
    static func choice(among behaviours: [FaultServer.Behaviour]) -> Choice {
        { request in
            guard let last = behaviours.last else { return .echo }
            return request.attempt < behaviours.count ? behaviours[request.attempt] : last
        }
    }

    private mutating func forgetAttempts() {
        attempts = [:]
        keys = 0
    }
}
