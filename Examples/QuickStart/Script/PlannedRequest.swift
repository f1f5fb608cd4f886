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
    /// The k-th arrival gets the k-th step; the last one repeats.
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

    func step(attempt: Int) -> ServerStep {
        attempt < steps.count ? steps[attempt] : steps.last ?? .ok
    }

    /// Whether a client may end with a 2xx: the script has one within the attempts and the time, and nothing before it
    /// forbids sending the request again. Found from the script alone, never from what a client did.
    ///
    /// An unsafe request is not sent again after a fault on the wire. Even one that the server reset at its head
    /// counts as perhaps done: its small body came with the head, and no client can know how far the server read.
    func isRecoverable(by limits: AttemptLimits) -> Bool {
        var spent: Duration = .zero
        for attempt in 0..<limits.attempts {
            let step = step(attempt: attempt)
            if step.succeeds { return spent < limits.total }
            if isUnsafe { return false }
            spent += max(step.askedDelay, limits.longestBackoff)
            if step == .hang { spent += limits.attemptTimeout }
        }
        return false
    }
}
