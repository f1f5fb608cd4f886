import Synchronization

/// Asks a shared store on behalf of a limiter, so that nothing the store does can hurt a call.
///
/// Calls ask at once. One that is refused stands in line for its keys, and only the first of a line asks again, so
/// that ten thousand waiting calls are one question at a time and still served in their order.
final class StoreClient: Sendable {
    /// What was taken from the store.
    struct Ticket: Sendable {
        let demands: [RateLimitDemand]
        let receipt: Int64
    }

    private struct State {
        /// Those who wait for their turn, by key, in order; a key is here as long as somebody is first.
        var lines: [[String]: [(number: UInt64, shot: OneShot<Void>)]] = [:]
        /// The firsts of the lines, while they wait for time to pass.
        var sleepers: [UInt64: OneShot<Void>] = [:]
        var waiting = 0
        var nextNumber: UInt64 = 0
        var isClosed = false
    }

    private let store: any RateLimitStore
    private let limits: [(name: String, limit: RateLimit, parts: [RateLimitScope.Part])]
    private let configuration: RateLimitConfiguration
    private let runtime: ClientRuntime
    private let state = Mutex(State())
    private let questions = Atomic(0)
    let failures = Atomic(0)

    /// The most questions under way; a store that hangs must not gather tasks without end.
    private static let maxQuestions = 1024
    /// The shortest pause between two questions of one line, whatever the store says.
    private static let shortestPause: Duration = .milliseconds(1)

    init(
        _ store: any RateLimitStore,
        limits: [(name: String, limit: RateLimit)],
        _ configuration: RateLimitConfiguration,
        runtime: ClientRuntime
    ) {
        self.store = store
        self.limits = limits.map { ($0.name, $0.limit, $0.limit.scope.parts ?? [.client]) }
        self.configuration = configuration
        self.runtime = runtime
    }

    /// The keys of a call in the limits, in their order.
    func keys(of source: some LimitKeySource) -> [String] {
        limits.map { LimitKey($0.parts, of: source).text }
    }

    /// How many calls wait for the store to let them through.
    var waiting: Int { state.withLock { $0.waiting } }

    /// Takes from the store's limits, waiting as the call may. Nil when the store failed and calls go on without it.
    func acquire(_ call: LimiterCall) async throws -> Ticket? {
        let demands = zip(limits, call.storeKeys).map { limit, key in
            RateLimitDemand(
                name: limit.name,
                key: key,
                amount: limit.limit.counts == .requests ? 1 : call.cost,
                limit: limit.limit
            )
        }
        guard !demands.isEmpty else { return nil }
        let end = call.end(from: runtime.now)
        var pause: Duration?
        if !(state.withLock { $0.lines[call.storeKeys] != nil }) {
            switch try await ask(demands, end: call.waiting == .fail ? nil : end, call.record) {
            case .ticket(let ticket): return ticket
            case .wait(let wait): pause = wait
            case .failed: return nil
            }
        }
        if call.waiting == .fail || call.isTooLate(runtime.now + (pause ?? .zero), end: end) {
            throw refusal(call, retryAfter: pause ?? .zero)
        }
        let number = try await standInLine(call, end: end)
        defer { leaveLine(call.storeKeys, number) }
        while true {
            if let pause { try await sleep(pause, number, call, end: end) }
            switch try await ask(demands, end: end, call.record) {
            case .ticket(let ticket): return ticket
            case .wait(let wait): pause = wait
            case .failed: return nil
            }
            if let pause, call.isTooLate(runtime.now + pause, end: end) { throw refusal(call, retryAfter: pause) }
        }
    }

    func giveBack(_ ticket: Ticket) {
        inBackground { [store] in try await store.giveBack(ticket.demands, receipt: ticket.receipt) }
    }

    /// Puts an estimate right.
    func settle(_ ticket: Ticket, cost: Int) {
        let counted = ticket.demands.filter { $0.limit.counts == .cost && $0.amount != cost }
        let back = counted.filter { $0.amount > cost }.map { $0.with(amount: $0.amount - cost) }
        let owed = counted.filter { $0.amount < cost }.map { $0.with(amount: cost - $0.amount) }
        if !back.isEmpty { inBackground { [store] in try await store.giveBack(back, receipt: ticket.receipt) } }
        if !owed.isEmpty { inBackground { [store] in try await store.owe(owed) } }
    }

    func close() {
        let shots = state.withLock { state in
            state.isClosed = true
            return state.lines.values.flatMap { $0.map(\.shot) } + state.sleepers.values
        }
        for shot in shots { shot.resolve(.failure(CallRegistry.closed)) }
    }

    private func refusal(_ call: LimiterCall, retryAfter: Duration) -> ResilientError {
        if let deadline = call.deadline, deadline.kind == .total, deadline.instant <= runtime.now {
            return deadline.error(reachedServer: .no)
        }
        return RateLimitErrors.make("the shared limit is used up", retryAfter: retryAfter)
    }
}

// MARK: - Questions

extension StoreClient {
    private enum Outcome {
        case ticket(Ticket)
        case wait(Duration)
        /// It failed, and calls go on without it.
        case failed
    }

    private struct TooLate: Error {}

    private func ask(_ demands: [RateLimitDemand], end: MonotonicTime?, _ record: CallRecord) async throws -> Outcome {
        guard questions.add(1, ordering: .relaxed).newValue <= Self.maxQuestions else {
            questions.subtract(1, ordering: .relaxed)
            return try failed(nil)
        }
        let answer = OneShot<RateLimitAnswer>()
        let task = runtime.start { [self] in
            defer { questions.subtract(1, ordering: .relaxed) }
            do {
                let said = try await store.take(demands)
                if !answer.resolve(.success(said)), case .granted(let receipt) = said {
                    // Nobody waits for it any more.
                    giveBack(Ticket(demands: demands, receipt: receipt))
                }
            } catch {
                answer.resolve(.failure(error))
            }
        }
        let limit = runtime.now + configuration.storeTimeout
        let timer = runtime.schedule(at: min(limit, end ?? limit)) { [runtime] in
            guard answer.resolve(.failure(TooLate())) else { return }
            runtime.start { task.cancel() }
        }
        defer { timer.cancel() }
        let said: RateLimitAnswer
        do {
            said = try await record.interruptible(answer, onEnd: { task.cancel() })
        } catch {
            try record.checkIfOver()
            return try failed(error)
        }
        switch said {
        case .granted(let receipt):
            return .ticket(Ticket(demands: demands, receipt: receipt))
        case .retryAfter(let wait):
            return .wait(min(max(wait, Self.shortestPause), max(Self.shortestPause, configuration.maxServerDelay)))
        case .never:
            // Costs that no limit can admit never come here, so this is not true.
            return try failed(nil)
        }
    }

    private func failed(_ cause: (any Error)?) throws -> Outcome {
        failures.add(1, ordering: .relaxed)
        switch configuration.onStoreFailure {
        case .admit: return .failed
        case .refuse: throw RateLimitErrors.storeFailed(cause)
        }
    }

    private func inBackground(_ operation: @escaping @Sendable () async throws -> Void) {
        guard questions.add(1, ordering: .relaxed).newValue <= Self.maxQuestions else {
            questions.subtract(1, ordering: .relaxed)
            failures.add(1, ordering: .relaxed)
            return
        }
        runtime.start { [self] in
            do { try await operation() } catch { failures.add(1, ordering: .relaxed) }
            questions.subtract(1, ordering: .relaxed)
        }
    }
}

// MARK: - Lines

extension StoreClient {
    /// Waits to be the first of a line. Returns the place's number, with which to leave.
    private func standInLine(_ call: LimiterCall, end: MonotonicTime?) async throws -> UInt64 {
        let keys = call.storeKeys
        let (number, shot) = try state.withLock { state -> (UInt64, OneShot<Void>) in
            if state.isClosed { throw CallRegistry.closed }
            guard state.waiting < configuration.maxWaiters else {
                throw RateLimitErrors.make(
                    "the shared limit is used up, and \(configuration.maxWaiters) calls wait already (max_waiters)",
                    retryAfter: .zero
                )
            }
            state.waiting += 1
            state.nextNumber += 1
            let shot = OneShot<Void>()
            if state.lines[keys] == nil { shot.resolve(.success(())) }
            state.lines[keys, default: []].append((state.nextNumber, shot))
            return (state.nextNumber, shot)
        }
        do {
            try await wait(call, shot, until: end)
            return number
        } catch {
            leaveLine(keys, number)
            if error is TooLate { throw refusal(call, retryAfter: .zero) }
            throw error
        }
    }

    /// Leaves a line; if it was the first, the next is.
    private func leaveLine(_ keys: [String], _ number: UInt64) {
        let next = state.withLock { state -> OneShot<Void>? in
            guard var line = state.lines[keys], let index = line.firstIndex(where: { $0.number == number }) else {
                return nil
            }
            line.remove(at: index)
            state.waiting -= 1
            state.lines[keys] = line.isEmpty ? nil : line
            return index == 0 ? line.first?.shot : nil
        }
        next?.resolve(.success(()))
    }

    private func sleep(
        _ pause: Duration,
        _ number: UInt64,
        _ call: LimiterCall,
        end: MonotonicTime?
    ) async throws {
        let shot = OneShot<Void>()
        let isClosed = state.withLock { state in
            state.sleepers[number] = shot
            return state.isClosed
        }
        defer { state.withLock { _ = $0.sleepers.removeValue(forKey: number) } }
        if isClosed { throw CallRegistry.closed }
        let timer = runtime.schedule(at: runtime.now + pause) { shot.resolve(.success(())) }
        defer { timer.cancel() }
        do {
            try await wait(call, shot, until: end)
        } catch is TooLate {
            throw refusal(call, retryAfter: pause)
        }
    }

    private func wait(_ call: LimiterCall, _ shot: OneShot<Void>, until end: MonotonicTime?) async throws {
        let timer = end.map { runtime.schedule(at: $0) { shot.resolve(.failure(TooLate())) } }
        defer { timer?.cancel() }
        call.beginWait { shot.resolve(.failure($0)) }
        defer { call.endWait() }
        try await withTaskCancellationHandler {
            try await shot.value()
        } onCancel: {
            shot.resolve(.failure(CancellationError()))
        }
    }
}

extension RateLimitDemand {
    fileprivate func with(amount: Int) -> RateLimitDemand {
        RateLimitDemand(name: name, key: key, amount: amount, limit: limit)
    }
}
