import Dispatch
import ResilientHTTP
import Synchronization
import Testing

@Suite("SystemClock")
struct SystemClockTests {
    @Test("Timers fire once, in the order of their times, whatever the order they were set in")
    func order() async throws {
        let runtime = ClientRuntime()
        let fired = Mutex<[Int]>([])
        let done = OneShot<Void>()
        let now = runtime.now
        for index in [3, 1, 4, 0, 2] {
            _ = runtime.schedule(at: now + .milliseconds(5 * index)) {
                let count = fired.withLock { fired in
                    fired.append(index)
                    return fired.count
                }
                if count == 5 { done.resolve(.success(())) }
            }
        }
        try await done.value()
        #expect(fired.withLock { $0 } == [0, 1, 2, 3, 4])
        #expect(runtime.liveTimers == 0)
    }

    @Test("A timer never fires early, and one in the past fires at once")
    func punctual() async throws {
        let runtime = ClientRuntime()
        let due = runtime.now + .milliseconds(3)
        let fired = OneShot<MonotonicTime>()
        _ = runtime.schedule(at: due) { fired.resolve(.success(runtime.now)) }
        #expect(try await fired.value() >= due)
        let past = OneShot<Void>()
        _ = runtime.schedule(at: MonotonicTime(nanoseconds: .min)) { past.resolve(.success(())) }
        try await past.value()
    }

    @Test("A cancelled timer never fires, a later one still does; the end of time is far away")
    func cancelling() async throws {
        let runtime = ClientRuntime()
        let now = runtime.now
        let calls = Atomic(0)
        let timer = runtime.schedule(at: now + .milliseconds(2)) { calls.add(1, ordering: .relaxed) }
        let never = runtime.schedule(at: .distantFuture) { calls.add(1, ordering: .relaxed) }
        let last = OneShot<Void>()
        _ = runtime.schedule(at: now + .milliseconds(6)) { last.resolve(.success(())) }
        // On a busy machine the two milliseconds may be over; then it has fired, once, and is not cancelled.
        let wasCancelled = timer.cancel()
        #expect(!timer.cancel())
        try await last.value()
        #expect(calls.load(ordering: .relaxed) == (wasCancelled ? 0 : 1))
        #expect(never.cancel())
        #expect(runtime.liveTimers == 0)
    }

    @Test("Set and cancelled from many threads, every timer either fires or is cancelled, exactly once")
    func concurrency() async throws {
        let runtime = ClientRuntime()
        let count = 20_000
        // How often each timer has fired or been cancelled, and how many of either there were.
        let settled = Mutex((times: Array(repeating: 0, count: count), total: 0))
        let done = OneShot<Void>()
        let settle: @Sendable (Int) -> Void = { index in
            let total = settled.withLock { settled in
                settled.times[index] += 1
                settled.total += 1
                return settled.total
            }
            if total == count { done.resolve(.success(())) }
        }
        DispatchQueue.global().async {
            DispatchQueue.concurrentPerform(iterations: count) { index in
                let timer = runtime.schedule(at: runtime.now + .microseconds(index % 500)) { settle(index) }
                if index.isMultiple(of: 2), timer.cancel() { settle(index) }
            }
        }
        try await done.value()
        #expect(settled.withLock { $0.times.allSatisfy { $0 == 1 } })
        #expect(runtime.liveTimers == 0)
    }

    @Test("A timer may set and cancel timers while it fires")
    func reentrancy() async throws {
        let runtime = ClientRuntime()
        let done = OneShot<Void>()
        let other = runtime.schedule(at: runtime.now + .seconds(1000)) {}
        _ = runtime.schedule(at: runtime.now) {
            other.cancel()
            _ = runtime.schedule(at: runtime.now) { done.resolve(.success(())) }
        }
        try await done.value()
        #expect(runtime.liveTimers == 0)
    }
}
