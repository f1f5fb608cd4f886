import Synchronization

/// One request and its copies, each in a task of its own, so that whoever loses is cancelled and not waited for.
final class HedgeRace: Sendable {
    private struct State {
        var started = 0
        var tasks: [Int: Task<Void, Never>] = [:]
        var running = 0
        var isOver = false
        var timer: ClockTimer?
        /// What the call ends with when no copy does better.
        var failure: Result<ClientResponse, any Error>?
        /// How long the server asks to wait, by ``failure``; nil when it does not. No copy is sent after that.
        var told: Duration?

        /// Keeps what the next stage out is to see: of all failures the one that asks for the longest wait, so that it is
        /// waited for; else the last.
        mutating func keep(_ outcome: RetryStage.Outcome, _ wait: Duration?) {
            guard outcome.failure != nil || failure == nil, wait ?? .zero >= told ?? .zero, wait != nil || told == nil
            else { return }
            (failure, told) = (outcome.result, wait)
        }
    }

    private let request: ClientRequest
    private let context: RequestContext
    private let next: Next
    private let stage: HedgingStage
    private let delay: Duration
    private let result = OneShot<ClientResponse>()
    private let state = Mutex(State())

    init(request: ClientRequest, context: RequestContext, next: Next, stage: HedgingStage, delay: Duration) {
        self.request = request
        self.context = context
        self.next = next
        self.stage = stage
        self.delay = delay
    }

    /// Sends the request, and copies of it when they are due.
    func run() async throws -> ClientResponse {
        start(nil)
        return try await context.call.interruptible(result, onEnd: { self.end() })
    }

    // MARK: - Sending

    /// Starts the next copy, and the wait for the one after it.
    @inline(never)
    private func start(_ withdrawal: RetryBudget.Withdrawal?) {
        let number = state.withLock { state -> Int? in
            guard !state.isOver else { return nil }
            state.started += 1
            state.running += 1
            return state.started
        }
        guard let number else {
            stage.budget?.refund(withdrawal)
            return
        }
        let task = context.runtime.start { await self.send(number, withdrawal) }
        let isOver = state.withLock { state in
            if !state.isOver { state.tasks[number] = task }
            return state.isOver
        }
        if isOver {
            task.cancel()
        } else if number <= stage.configuration.maxHedges {
            wait()
        }
    }

    private func send(_ number: Int, _ withdrawal: RetryBudget.Withdrawal?) async {
        let began = context.runtime.now
        let outcome = await outcome(of: number)
        // What was never sent has cost nobody anything.
        if outcome.neverReachedServer { stage.budget?.refund(withdrawal) }
        if outcome.failure == nil, outcome.response != nil {
            stage.note(context.runtime.now - began, request, context)
        }
        finished(number, outcome)
    }

    @inline(never)
    private func outcome(of number: Int) async -> RetryStage.Outcome {
        do {
            return RetryStage.Outcome(answer: try await next(request, context: context(of: number)), stage.classifier)
        } catch {
            return RetryStage.Outcome(error: error, stage.classifier)
        }
    }

    @inline(never)
    private func context(of number: Int) -> RequestContext {
        var context = context
        context.isHedge = number > 1
        return context
    }

    /// After the delay, unless an answer comes first, the next copy.
    private func wait() {
        let timer = context.runtime.schedule(at: context.runtime.now + delay) { self.startCopy("no answer yet") }
        let unwanted = state.withLock { state -> ClockTimer? in
            guard !state.isOver else { return timer }
            defer { state.timer = timer }
            return state.timer
        }
        unwanted?.cancel()
    }

    private func startCopy(_ reason: String) {
        let mayStart = state.withLock {
            !$0.isOver && $0.told == nil && $0.started <= stage.configuration.maxHedges
        }
        guard mayStart else { return }
        var withdrawal: RetryBudget.Withdrawal?
        if let budget = stage.budget {
            withdrawal = budget.withdraw(after: .timeout, cost: nil, now: context.runtime.now)
            guard withdrawal != nil else {
                context.explain(.hedging, .note("no copy: the retry budget is used up"))
                return
            }
        }
        context.explain(.hedging, .note("a copy is sent: \(reason)"))
        start(withdrawal)
    }

    // MARK: - Ending

    @inline(never)
    private func finished(_ number: Int, _ outcome: RetryStage.Outcome) {
        // An answer that is no failure ends the race. So does what a copy cannot change: a refusal of our own, an
        // exhausted quota, a server that asks for patience. (A refused copy says nothing about the first request.)
        let isFinal = outcome.failure == nil && (number == 1 || outcome.response != nil)
        let wait = wait(askedBy: outcome)
        let (isOver, isLast, timer) = state.withLock { state -> (Bool, Bool, ClockTimer?) in
            state.tasks[number] = nil
            state.running -= 1
            state.keep(outcome, wait)
            defer { if wait != nil { state.timer = nil } }
            return (state.isOver, state.running == 0, wait == nil ? nil : state.timer)
        }
        guard !isOver else { return }
        if isFinal { return settle(outcome.result) }
        if wait != nil {
            timer?.cancel()
            context.explain(.hedging, .note("no further copy: the server asks for patience"))
        } else if mayPassElsewhere(outcome) {
            startCopy("an attempt failed")
        }
        let isAlone = state.withLock { isLast && $0.running == 0 }
        if isAlone, let failure = state.withLock({ $0.failure }) { settle(failure) }
    }

    /// How long a failed answer asks to wait; nil when it does not, or what servers say is not heeded. One that asks not
    /// to be tried again asks for no further copy, too (gRPC proposal A6, "pushback").
    private func wait(askedBy outcome: RetryStage.Outcome) -> Duration? {
        guard outcome.failure != nil, stage.classifier.heedsServer, let response = outcome.response else { return nil }
        let hints = ServerHints(response, date: context.runtime.date)
        return hints.delay ?? (hints.shouldRetry == false ? .zero : nil)
    }

    /// Whether another copy, sent at once, may fare better.
    private func mayPassElsewhere(_ outcome: RetryStage.Outcome) -> Bool {
        guard let failure = outcome.failure else { return false }
        return [.connect, .connectionLost, .timeout, .serverError].contains(failure)
    }

    private func settle(_ outcome: Result<ClientResponse, any Error>) {
        guard result.resolve(outcome) else { return }
        end()
    }

    /// Cancels what still runs.
    private func end() {
        let (tasks, timer) = state.withLock { state -> ([Task<Void, Never>], ClockTimer?) in
            state.isOver = true
            defer {
                state.tasks = [:]
                state.timer = nil
            }
            return (Array(state.tasks.values), state.timer)
        }
        timer?.cancel()
        for task in tasks { task.cancel() }
    }
}
