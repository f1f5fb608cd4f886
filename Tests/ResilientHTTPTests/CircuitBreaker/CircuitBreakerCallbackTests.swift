import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

/// The program's own code, called by a breaker, may use that breaker.
@Suite struct CircuitBreakerCallbackTests {
    /// What the call-back has heard, and what it does about it.
    private final class Listener: Sendable {
        private let state = Mutex<(registry: CircuitBreakerRegistry?, heard: [String])>((nil, []))

        var heard: [String] { state.withLock { $0.heard } }

        func listen(to registry: CircuitBreakerRegistry) { state.withLock { $0.registry = registry } }

        func hear(_ transition: CircuitBreaker.Transition, _ act: (CircuitBreaker) -> Void) {
            let registry = state.withLock { state in
                state.heard.append("\(transition.from) \(transition.to)")
                return state.registry
            }
            if let breaker = registry?.existing(Self.key) { act(breaker) }
        }

        static let key = CircuitBreakerKey("search")
    }

    private func makeBreaker(
        _ listener: Listener,
        act: @escaping @Sendable (CircuitBreaker, CircuitBreaker.State) -> Void
    ) throws -> CircuitBreaker {
        let registry = try CircuitBreakerRegistry(
            CircuitBreakerConfiguration(failureThreshold: 1),
            runtime: .manual(ManualClock())
        ) { transition in
            listener.hear(transition) { act($0, transition.to) }
        }
        listener.listen(to: registry)
        return registry.breaker(for: Listener.key)
    }

    @Test func aTransitionMayForceTheBreakerOpen() throws {
        let listener = Listener()
        let breaker = try makeBreaker(listener) { breaker, state in
            if state == .open { breaker.forceOpen() }
        }
        breaker.record(.failure())
        #expect(breaker.state == .forcedOpen)
        #expect(listener.heard == ["closed open", "open forced_open"])
        // And the breaker goes on as any other.
        breaker.reset()
        #expect(listener.heard.last == "forced_open closed")
        #expect(throws: Never.self) { try breaker.acquire().settle(.success) }
    }

    @Test func aTransitionMayResetTheBreakerAndAskItEverything() throws {
        let listener = Listener()
        let refusals = Mutex(0)
        let breaker = try makeBreaker(listener) { breaker, state in
            guard state == .open else { return }
            _ = breaker.status
            _ = breaker.transitions
            if (try? breaker.checkIfOpen()) == nil { refusals.withLock { $0 += 1 } }
            breaker.reset()
            breaker.record(.success)
        }
        for _ in 0..<3 { breaker.record(.failure()) }
        #expect(breaker.state == .closed)
        #expect(refusals.withLock { $0 } == 3)
        #expect(listener.heard == Array(repeating: ["closed open", "open closed"], count: 3).flatMap(\.self))
    }

    @Test func aWatchThatEndsMayUseTheBreaker() throws {
        let breaker = try CircuitBreaker(failureThreshold: 1, runtime: .manual(ManualClock()))
        let errors = Mutex<[ResilientError]>([])
        _ = try breaker.watch { error in
            errors.withLock { $0.append(error) }
            breaker.forceOpen()
            // Refused, and registered nowhere.
            _ = try? breaker.watch { _ in }
        }
        breaker.record(.failure())
        #expect(errors.withLock { $0.map(\.code) } == [.circuitOpen])
        #expect(breaker.state == .forcedOpen)
    }

    @Test func changesOfManyThreadsAreToldInTheirOrder() async throws {
        let heard = Mutex<[CircuitBreaker.Transition]>([])
        let registry = try CircuitBreakerRegistry { transition in heard.withLock { $0.append(transition) } }
        let breaker = registry.breaker(for: Listener.key)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<200 {
                        breaker.forceOpen()
                        breaker.reset()
                    }
                }
            }
        }
        let story = heard.withLock { $0 }
        #expect(zip(story, story.dropFirst()).allSatisfy { $0.to == $1.from })
        #expect(story.last?.to == breaker.state)
    }

    @Test(arguments: [
        CircuitBreakerConfiguration(failureThreshold: 1), .recommended,
        .count(1).with {
            $0.slowCallRate = 1
            $0.probeRule = .rate
        },
    ])
    func theClockIsNeverAskedUnderTheLock(_ configuration: CircuitBreakerConfiguration) throws {
        let clock = CuriousClock()
        let breaker = try CircuitBreaker(configuration, runtime: ClientRuntime(clock: clock))
        clock.look(at: { _ = breaker.state })
        _ = try breaker.watch { _ in }
        for _ in 0..<40 { _ = try? breaker.acquire().settle(.failure()) }
        #expect(breaker.state == .open)
        #expect(throws: ResilientError.self) { try breaker.checkIfOpen() }
        #expect(throws: ResilientError.self) { try breaker.acquire() }
        #expect(throws: ResilientError.self) { try breaker.watch { _ in } }
        _ = breaker.status
        breaker.reset()
    }
}
