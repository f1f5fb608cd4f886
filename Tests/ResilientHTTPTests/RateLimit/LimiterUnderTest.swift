import Foundation
import ResilientHTTPTesting
import Synchronization

@testable import ResilientHTTP

/// A limiter as the checks of ``LimiterStorm`` see it: the real one, and small ones that are wrong on purpose.
protocol LimiterUnderTest: Sendable {
    /// Takes at once or stands in line, without suspending, so that the order of arrival is known.
    func enter(cost: Int, key: String, deadline: MonotonicTime?) throws -> EntryUnderTest
    func close()
    /// What is left for a key in each of the limits.
    func left(_ key: String) -> [Int]
}

enum EntryUnderTest: Sendable {
    case granted(GrantUnderTest)
    /// When it is expected to be its turn, and the wait.
    case waiting(MonotonicTime, @Sendable () async throws -> GrantUnderTest)
}

struct GrantUnderTest: Sendable {
    let giveBack: @Sendable () -> Void
}

extension RateLimiter: LimiterUnderTest {
    func enter(cost: Int, key: String, deadline: MonotonicTime?) throws -> EntryUnderTest {
        let record = CallRecord(requestID: RequestID(high: 0, low: 0), options: RequestOptions(), runtime: runtime)
        var context = RequestContext(call: record)
        if let deadline { context.deadline = Deadline(deadline, kind: .total, timeout: deadline - record.startedAt) }
        let call = LimiterCall(
            keys: keys(of: RateLimitKey(name: key)),
            storeKeys: [],
            cost: cost,
            waiting: .wait,
            context: context
        )
        let wrap = { @Sendable [self] (passage: LimiterPassage) in GrantUnderTest { self.refund(passage) } }
        switch try enter(call) {
        case .passed(let passage): return .granted(wrap(passage))
        case .waits(let waiter, let estimate, _):
            return .waiting(estimate.time) { [self] in wrap(try await turn(of: waiter)) }
        }
    }

    func close() { shutdown() }

    func left(_ key: String) -> [Int] {
        status(limit: 1000).filter { $0.key == key || $0.key == "*" }.sorted { $0.name < $1.name }.compactMap(
            \.remaining
        )
    }
}

/// One limit, kept the simplest way, with one fault. Without a fault it must pass every check too.
final class SmallLimiter: LimiterUnderTest {
    enum Fault: CaseIterable, Sendable {
        case none
        /// What is given back is lost.
        case noRefund
        /// Who had to wait gets its turn without anything being taken.
        case doubleGrant
        /// After serving one, nobody looks again.
        case lostWakeUp
    }

    private struct Waiter {
        let number: Int
        let cost: Int
        let key: String
        let shot: OneShot<MonotonicTime>
    }

    private struct State {
        var windows: [String: SlidingWindow] = [:]
        var line: [Waiter] = []
        var made = 0
        var timers: [String: ClockTimer] = [:]
        var isClosed = false
    }

    private let limit: Int
    private let period: Duration
    private let runtime: ClientRuntime
    private let fault: Fault
    private let state = Mutex(State())

    init(limit: Int, period: Duration, runtime: ClientRuntime, fault: Fault) {
        (self.limit, self.period, self.runtime, self.fault) = (limit, period, runtime, fault)
    }

    private struct Refused: Error {}

    private func window(_ key: String, _ state: inout State) throws -> SlidingWindow {
        try state.windows[key] ?? SlidingWindow(limit: limit, per: period)
    }

    func enter(cost: Int, key: String, deadline: MonotonicTime?) throws -> EntryUnderTest {
        let now = runtime.now
        return try state.withLock { state in
            if state.isClosed { throw Refused() }
            var window = try window(key, &state)
            defer { state.windows[key] = window }
            let ahead = state.line.filter { $0.key == key }.reduce(0) { $0 + $1.cost }
            if ahead == 0, window.take(cost, now: now) == .granted { return .granted(grant(cost, key, now)) }
            let ready = window.ready(for: ahead + cost, now: now)
            if let deadline, ready >= deadline { throw Refused() }
            state.made += 1
            let waiter = Waiter(number: state.made, cost: cost, key: key, shot: OneShot())
            state.line.append(waiter)
            arm(key, at: window.ready(for: cost, now: now), &state)
            let end = deadline.map { time in runtime.schedule(at: time) { [self] in leave(waiter, Refused()) } }
            return .waiting(ready) { [self] in
                defer { end?.cancel() }
                let time = try await withTaskCancellationHandler {
                    try await waiter.shot.value()
                } onCancel: {
                    leave(waiter, CancellationError())
                }
                return grant(cost, key, time)
            }
        }
    }

    private func grant(_ cost: Int, _ key: String, _ time: MonotonicTime) -> GrantUnderTest {
        GrantUnderTest { [self] in
            guard fault != .noRefund else { return }
            let now = runtime.now
            let refund = RateRefund(amount: cost, taken: cost, takenAt: time, mark: nil)
            state.withLock { $0.windows[key]?.giveBack(refund, now: now) }
            serve(key)
        }
    }

    private func leave(_ waiter: Waiter, _ error: any Error) {
        state.withLock { state in state.line.removeAll { $0.number == waiter.number } }
        waiter.shot.resolve(.failure(error))
        serve(waiter.key)
    }

    private func arm(_ key: String, at time: MonotonicTime, _ state: inout State) {
        state.timers.removeValue(forKey: key)?.cancel()
        state.timers[key] = runtime.schedule(at: time) { [self] in serve(key) }
    }

    private func serve(_ key: String) {
        let now = runtime.now
        let woken = state.withLock { state in
            var woken: [Waiter] = []
            state.timers.removeValue(forKey: key)?.cancel()
            while let index = state.line.firstIndex(where: { $0.key == key }), var window = state.windows[key] {
                let waiter = state.line[index]
                let time = window.ready(for: waiter.cost, now: now)
                if time > now {
                    arm(key, at: time, &state)
                    break
                }
                if fault != .doubleGrant { _ = window.take(waiter.cost, now: now) }
                state.windows[key] = window
                state.line.remove(at: index)
                woken.append(waiter)
                if fault == .lostWakeUp { break }
            }
            return woken
        }
        for waiter in woken { waiter.shot.resolve(.success(now)) }
    }

    func close() {
        let line = state.withLock { state in
            state.isClosed = true
            for timer in state.timers.values { timer.cancel() }
            state.timers = [:]
            defer { state.line = [] }
            return state.line
        }
        for waiter in line { waiter.shot.resolve(.failure(Refused())) }
    }

    func left(_ key: String) -> [Int] {
        let now = runtime.now
        return state.withLock { state in
            guard var window = state.windows[key] else { return [] }
            return [window.remaining(now: now)]
        }
    }
}
