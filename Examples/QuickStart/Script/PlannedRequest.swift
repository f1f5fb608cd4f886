import Foundation

/// One request of the workload, and what the server's script has in store for it.
struct PlannedRequest: Sendable {
    let index: Int
    let method: String
    let body: Data?
    let idempotencyKey: String?
    let authorization: String?
    /// Off for a server that sends neither a digest nor a known text.
    let checksBody: Bool
    /// What meets the attempts, one after the other; the last one repeats.
    let steps: [ServerStep]

    init(
        _ index: Int,
        method: String = "GET",
        body: Data? = nil,
        idempotencyKey: String? = nil,
        authorization: String? = nil,
        checksBody: Bool = true,
        steps: [ServerStep]
    ) {
        self.index = index
        self.method = method
        self.body = body
        self.idempotencyKey = idempotencyKey
        self.authorization = authorization
        self.checksBody = checksBody
        self.steps = steps
    }

    var path: String { "/work/\(index)" }

    static func landingPath(_ index: Int) -> String { "/landing/\(index)" }

    /// The request's number in either of its paths.
    static func index(ofPath path: String) -> Int? {
        path.split(separator: "/").last.flatMap { Int($0) }
    }

    /// Whether doing it twice does harm, as far as a client can know: RFC 9110, section 9.2.2.
    var isUnsafe: Bool { method == "POST" && idempotencyKey == nil }

    /// Whether the answer to the redirected upload must hold what was uploaded.
    var expectsEcho: Bool { steps.contains(.redirectWithBody) }

    /// Whether anything but good answers is in store.
    var meetsFault: Bool { steps.first?.succeeds == false }

    /// Whether nobody listens when it is sent first.
    var isRefusedFirst: Bool { steps.first == .refused }

    /// What the k-th arrival at the server gets.
    func step(arrival: Int) -> ServerStep {
        let arrivals = steps.filter { $0 != .refused }
        return arrival < arrivals.count ? arrivals[arrival] : arrivals.last ?? .ok
    }

    /// Whether a client may end with a 2xx: the script has one within the attempts and the time, and nothing before it
    /// forbids sending the request again. Found from the script alone, never from what a client did.
    ///
    /// An unsafe request may be sent again only when it was never complete at the server.
    func isRecoverable(by limits: AttemptLimits) -> Bool {
        var spent: Duration = .zero
        if isRefusedFirst { spent += Restart.length + limits.connectBackoff }
        for attempt in 0..<limits.attempts {
            let step = step(arrival: attempt)
            if step.succeeds { return spent < limits.total }
            if isUnsafe, step.completesRequest { return false }
            spent += max(step.askedDelay, limits.longestBackoff)
            if step == .hang { spent += limits.attemptTimeout }
        }
        return false
    }
}
