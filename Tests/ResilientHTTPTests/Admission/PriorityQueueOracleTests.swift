import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// The order in which a queue with one slot lets its waiters go, against that of Python's heapq.
@Suite struct PriorityQueueOracleTests {
    private struct Op: Sendable {
        let isPush: Bool
        let id: Int
        let priority: Int
    }

    @Test(.oracles) func everyTraceGivesTheSameOrder() throws {
        let traces = try Oracles.rows("traces/priority_queue.json")
        #expect(traces.count == 100)
        var pops = 0
        for (number, trace) in traces.enumerated() {
            #expect(trace["policy"] as? String == "higher number first, FIFO within a priority")
            let ops = try #require(trace["ops"] as? [[String: Any]]).map { op in
                let isPush = op["op"] as? String == "push"
                return Op(
                    isPush: isPush,
                    id: try #require(op["id"] as? Int),
                    // The traces' higher numbers come first, ours last.
                    priority: isPush ? -(try #require(op["priority"] as? Int)) : 0
                )
            }
            let expected = ops.filter { !$0.isPush }.map(\.id)
            #expect(try replay(ops, seed: UInt64(number)) == expected, "trace \(number)")
            pops += expected.count
        }
        #expect(pops > 5000)
    }

    /// A push is a request that waits, a pop a slot that becomes free for one.
    private func replay(_ ops: [Op], seed: UInt64) throws -> [Int] {
        let simulation = Simulation(seed: seed)
        let popped = try simulation.run { simulation in
            let queue = try PriorityQueue(
                AdmissionConfiguration(maxConcurrentRequests: 1, capacity: ops.count + 1),
                runtime: simulation.runtime
            )
            let popped = Mutex<[Int]>([])
            // Whoever runs holds the slot until the next pop.
            let holder = Mutex<OneShot<Void>?>(nil)
            @Sendable func push(_ id: Int, _ priority: Int) -> Task<Void, any Error> {
                simulation.start {
                    try await queue.submit(priority: Priority(rawValue: priority)) {
                        let release = OneShot<Void>()
                        popped.withLock { $0.append(id) }
                        holder.withLock { $0 = release }
                        try await release.value()
                    }
                }
            }
            var tasks = [push(-1, 0)]
            try await simulation.sleep(for: .nanoseconds(1))
            for op in ops {
                if op.isPush {
                    tasks.append(push(op.id, op.priority))
                } else {
                    holder.withLock { $0 }?.resolve(.success(()))
                }
                try await simulation.sleep(for: .nanoseconds(1))
            }
            // Those that the trace leaves in the queue.
            let result = Array(popped.withLock { $0 }.dropFirst())
            queue.shutdown()
            holder.withLock { $0 }?.resolve(.success(()))
            for task in tasks { _ = await task.result }
            return result
        }
        try simulation.settleToNothing()
        return popped
    }
}
