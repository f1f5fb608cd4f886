import Synchronization
import Testing

/// Lets one test of all that have this trait run at a time.
///
/// A simulation occupies a thread of the pool until it has run its thousands of schedules. Several at once would
/// occupy them all, and tests over real sockets, whose servers and timers run in real time, would wait for theirs.
struct OneAtATime: TestTrait, SuiteTrait, TestScoping {
    /// First come, first served, without a thread for those who wait.
    private actor Gate {
        private var isTaken = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func enter() async {
            guard isTaken else {
                isTaken = true
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func leave() {
            guard waiting.isEmpty else { return waiting.removeFirst().resume() }
            isTaken = false
        }
    }

    private static let gate = Gate()

    /// Each test for itself, not its suite as a whole.
    let isRecursive = true

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        testCase == nil ? nil : self
    }

    @concurrent
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        await Self.gate.enter()
        do {
            try await function()
            await Self.gate.leave()
        } catch {
            await Self.gate.leave()
            throw error
        }
    }
}

extension Trait where Self == OneAtATime {
    /// For suites that keep a thread busy for long.
    static var oneAtATime: Self { OneAtATime() }
}
