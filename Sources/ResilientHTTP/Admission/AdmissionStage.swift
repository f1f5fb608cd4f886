/// Lets so many attempts run at once and makes the others wait by priority.
///
/// A slot covers what is below this stage and nothing else: a backoff is above it, so it gives its slot back and comes
/// again ahead of its level. A request that the breaker would refuse does not wait, and is told so when its turn comes
/// if the circuit opened meanwhile; it gives its slot on unused.
final class AdmissionStage: Middleware {
    /// Why a request cannot go on at the moment, such as `circuitOpen`; nil when nothing speaks against it. It takes
    /// nothing: it is asked before and after a wait.
    typealias Objection = @Sendable (ClientRequest, RequestContext) -> (any Error)?

    let queue: PriorityQueue
    private let priority: @Sendable (RequestContext) -> Priority
    private let mayWait: @Sendable (RequestContext) -> Bool
    private let objection: Objection

    /// Makes a stage on a queue, which others may share.
    ///
    /// - Parameters:
    ///   - priority: how urgent a call is. Default: normal.
    ///   - mayWait: whether an attempt waits for a slot; a hedge does not. Default: yes.
    ///   - objection: see ``Objection``. Default: none.
    init(
        queue: PriorityQueue,
        priority: @escaping @Sendable (RequestContext) -> Priority = { _ in .normal },
        mayWait: @escaping @Sendable (RequestContext) -> Bool = { _ in true },
        objection: @escaping Objection = { _, _ in nil }
    ) {
        self.queue = queue
        self.priority = priority
        self.mayWait = mayWait
        self.objection = objection
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        var context = context
        let slot: AdmissionSlot
        if let free = queue.enter() {
            context.explain(.admission, .passed)
            slot = free
        } else {
            slot = try await waitForSlot(request, &context)
        }
        do {
            let response = try await next(request, context: context)
            queue.leave(slot, SlotOutcome(response))
            return response
        } catch {
            queue.leave(slot, SlotOutcome(error))
            throw error
        }
    }

    private func waitForSlot(_ request: ClientRequest, _ context: inout RequestContext) async throws -> AdmissionSlot {
        if let error = objection(request, context) {
            context.explain(.admission, .ended("no wait for what would be refused"))
            throw error
        }
        let priority = priority(context)
        let admission: PriorityQueue.Admission
        do {
            let entry: AdmissionState.Entry = mayWait(context) ? context.attempt > 1 ? .returning : .first : .onlyIfFree
            admission = try await queue.enter(entry, priority: priority, context: context)
        } catch {
            if let error = error as? ResilientError { context.explain(.admission, .ended(error.code.rawValue)) }
            throw error
        }
        guard let waited = admission.waited else {
            context.explain(.admission, .passed)
            return admission.slot
        }
        context.explain(
            .admission,
            .waiting(
                waited,
                source: .queue,
                reason: "\(priority), \(admission.ahead) ahead, limit \(admission.limit)"
            )
        )
        context.delay += waited
        if let error = objection(request, context) {
            context.explain(.admission, .ended("what it waited for would be refused now"))
            queue.leave(admission.slot, .neutral)
            throw error
        }
        return admission.slot
    }
}

extension StageName {
    /// The priority queue and its concurrency limit.
    static let admission = StageName(rawValue: "admission")
}

extension DelaySource {
    /// The admission queue: others were first.
    public static let queue = Self(rawValue: "queue")
}
