/// Lets so many attempts run at once and makes the others wait by priority.
///
/// A slot covers what is below this stage and nothing else: a backoff is above it, so it gives its slot back and comes
/// again ahead of its level. A request that the breaker would refuse does not wait, a wait ends when the circuit opens,
/// and whose turn comes at the same moment gives its slot on unused.
final class AdmissionStage: Middleware {
    /// Why a request cannot go on at the moment, such as `circuitOpen`; nil when nothing speaks against it. It takes
    /// nothing: it is asked before and after a wait.
    typealias Objection = @Sendable (ClientRequest, RequestContext) -> (any Error)?

    /// Registers what is to be called when an objection comes up during a wait; throws one that there is already. Nil
    /// when none can.
    typealias Watch =
        @Sendable (ClientRequest, RequestContext, @escaping @Sendable (ResilientError) -> Void) throws
        -> CircuitBreaker.Watch?

    let queue: PriorityQueue
    private let priority: @Sendable (RequestContext) -> Priority
    private let mayWait: @Sendable (RequestContext) -> Bool
    private let objection: Objection
    private let watch: Watch

    /// Makes a stage on a queue, which others may share.
    ///
    /// - Parameters:
    ///   - priority: how urgent a call is. Default: normal.
    ///   - mayWait: whether an attempt waits for a slot; a hedge does not. Default: yes.
    ///   - objection: see ``Objection``. Default: none.
    ///   - watch: see ``Watch``. Default: none.
    init(
        queue: PriorityQueue,
        priority: @escaping @Sendable (RequestContext) -> Priority = { _ in .normal },
        mayWait: @escaping @Sendable (RequestContext) -> Bool = { _ in true },
        objection: @escaping Objection = { _, _ in nil },
        watch: @escaping Watch = { _, _, _ in nil }
    ) {
        self.queue = queue
        self.priority = priority
        self.mayWait = mayWait
        self.objection = objection
        self.watch = watch
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        if let slot = queue.enter() {
            context.explain(.admission, .passed)
            return try await send(request, context, next, slot)
        }
        switch try arrive(request, context) {
        case .slot(let slot):
            context.explain(.admission, .passed)
            return try await send(request, context, next, slot)
        case .wait(let wait):
            do {
                try await wait.end()
            } catch {
                explain(error, context)
                throw error
            }
            return try await goOn(request, context, next, wait)
        }
    }

    // Neither is inlined, so that a wait does not hold the room that sending needs.
    @inline(never)
    private func send(
        _ request: ClientRequest,
        _ context: RequestContext,
        _ next: Next,
        _ slot: AdmissionSlot
    ) async throws -> ClientResponse {
        do {
            let response = try await next(request, context: context)
            if response.body.isStream {
                // The service's time is that to the head; the slot counts what is on the wire.
                queue.observe(slot, SlotOutcome(response))
                response.body.onEnd { [queue] _ in queue.leave(slot, .neutral) }
            } else {
                queue.leave(slot, SlotOutcome(response))
            }
            return response
        } catch {
            queue.leave(slot, SlotOutcome(error))
            throw error
        }
    }

    @inline(never)
    private func goOn(
        _ request: ClientRequest,
        _ context: RequestContext,
        _ next: Next,
        _ wait: AdmissionWait
    ) async throws -> ClientResponse {
        var context = context
        let slot = try begin(wait, request, &context)
        return try await send(request, context, next, slot)
    }

    /// Asks for a slot or a place in the queue.
    @inline(never)
    private func arrive(_ request: ClientRequest, _ context: RequestContext) throws -> PriorityQueue.Entrance {
        if let error = objection(request, context) {
            context.explain(.admission, .ended("no wait for what would be refused"))
            throw error
        }
        do {
            let entry: AdmissionState.Entry = mayWait(context) ? context.attempt > 1 ? .returning : .first : .onlyIfFree
            let entrance = try queue.arrive(entry, priority: priority(context), context: context)
            if case .wait(let wait) = entrance { wait.watch { try watch(request, context, $0) } }
            return entrance
        } catch {
            explain(error, context)
            throw error
        }
    }

    /// Goes on after a wait, unless what has been waited for would be refused now.
    @inline(never)
    private func begin(
        _ wait: AdmissionWait,
        _ request: ClientRequest,
        _ context: inout RequestContext
    ) throws -> AdmissionSlot {
        let admission: PriorityQueue.Admission
        do {
            admission = try wait.begin()
        } catch {
            explain(error, context)
            throw error
        }
        context.explain(
            .admission,
            .waiting(
                admission.waited,
                source: .queue,
                reason: "\(priority(context)), \(admission.ahead) ahead, limit \(admission.limit)"
            )
        )
        context.delay += admission.waited
        if let error = objection(request, context) {
            context.explain(.admission, .ended("what it waited for would be refused now"))
            queue.leave(admission.slot, .neutral)
            throw error
        }
        return admission.slot
    }

    @inline(never)
    private func explain(_ error: any Error, _ context: RequestContext) {
        if let error = error as? ResilientError { context.explain(.admission, .ended(error.code.rawValue)) }
    }
}

extension DelaySource {
    /// The admission queue: others were first.
    public static let queue = Self(rawValue: "queue")
}
