import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// Decisions of other libraries' breakers, replayed.
@Suite struct CircuitBreakerTraceTests {
    @Test(.oracles) func everyTraceReplaysEqual() throws {
        let traces = try Oracles.rows("traces/circuit_breaker.json")
        #expect(traces.count == 237)
        for (index, trace) in traces.enumerated() {
            let problem = try replay(trace)
            #expect(problem == nil, "trace \(index)")
        }
    }

    /// The first difference; nil when there is none.
    private func replay(_ trace: [String: Any]) throws -> String? {
        let clock = ManualClock(startingAt: .zero)
        let breaker = try CircuitBreaker(
            failureThreshold: try #require(trace["failure_threshold"] as? Int),
            recoveryTimeout: .seconds(try #require(trace["open_duration_s"] as? Double)),
            successThreshold: try #require(trace["success_threshold"] as? Int),
            runtime: .manual(clock)
        )
        let events = try #require(trace["events"] as? [[String: Any]])
        for (index, event) in events.enumerated() {
            let time = try #require(event["t"] as? Double)
            clock.advance(to: MonotonicTime(nanoseconds: Int64((time * 1e9).rounded())))
            let permit = try? breaker.acquire()
            permit?.settle(try #require(event["success"] as? Bool) ? .success : .failure())
            let isAllowed = try #require(event["allowed"] as? Bool)
            let state = try #require(event["state_after"] as? String)
            guard (permit != nil) == isAllowed, breaker.state.rawValue == state else {
                return "event \(index) at \(time): \(permit == nil ? "refused" : "allowed") \(breaker.state)"
            }
        }
        return nil
    }
}
