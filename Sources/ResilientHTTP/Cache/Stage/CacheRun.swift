/// A request that goes to the server, and what is to be made of the answer; behind one reference, so that a wait holds no
/// more than that.
final class CacheRun {
    let question: CacheQuestion
    /// As the caller made it.
    let request: ClientRequest
    let context: RequestContext
    /// What is kept and may be confirmed, or stand in when the server fails.
    let entry: CacheEntry?
    /// Why the server is asked.
    let reason: CacheStatus.Forward
    /// Whether nobody waits for the answer.
    let isBackground: Bool
    /// As it is sent.
    private(set) var sent: ClientRequest
    /// Whether what is kept is to be confirmed by conditions that are not the caller's.
    private(set) var isValidating: Bool
    let began: MonotonicTime
    /// Where the URL stood when the request went out.
    let epoch: UInt32

    init(
        _ question: CacheQuestion,
        _ request: ClientRequest,
        _ context: RequestContext,
        entry: CacheEntry?,
        reason: CacheStatus.Forward,
        epoch: UInt32,
        isBackground: Bool = false
    ) {
        self.question = question
        self.request = request
        self.context = context
        self.entry = entry
        self.reason = reason
        self.epoch = epoch
        self.isBackground = isBackground
        began = context.runtime.now
        sent = request
        let rules = question.rules
        isValidating = false
        if let entry, !rules.isConditional, rules.range == nil, !question.isHead, Validators.exist(in: entry.headers) {
            Validators.addConditions(to: &sent, for: entry.headers)
            isValidating = true
        }
        guard let addition = rules.addition else { return }
        sent.headers[.cacheControl] = addition
        if addition == "no-cache", !sent.headers.contains(.pragma) { sent.headers[.pragma] = "no-cache" }
    }

    /// Makes the next request ask for the answer itself, whatever is kept.
    func withdrawConditions() {
        isValidating = false
        sent.headers[.ifNoneMatch] = nil
        sent.headers[.ifModifiedSince] = nil
    }

    /// How long the answer was on its way; waits between attempts made it no older.
    func delay(until now: MonotonicTime) -> Duration {
        let whole = max(.zero, now - began)
        guard let last = context.call.attempts.last else { return whole }
        return min(whole, .nanoseconds(last.nanoseconds))
    }
}
