import ResilientHTTPTesting
import Synchronization

/// Sends calls, so many at a time, and counts what becomes of them.
///
/// What it keeps does not grow with the number of calls, because the process's memory is what is measured.
final class Storm: Sendable {
    private let plan: StormPlan
    private let client: any StormClient
    private let right: [Set<FaultServer.CatalogueAnswer>]
    private let tallies: Mutex<[Tally]>
    private let onFinish: @Sendable () -> Void
    private let next = Atomic(0)

    init(
        _ plan: StormPlan,
        client: any StormClient,
        answers: (FaultServer.CatalogueEntry) -> Set<FaultServer.CatalogueAnswer>,
        onFinish: @escaping @Sendable () -> Void
    ) {
        self.plan = plan
        self.client = client
        self.onFinish = onFinish
        right = plan.entries.map(answers)
        tallies = Mutex(plan.entries.map { Tally(name: $0.name) })
    }

    var counts: [Tally] { tallies.withLock { $0 } }

    /// Runs these calls to their ends.
    func run(_ numbers: Range<Int>, inFlight: Int) async {
        next.store(numbers.lowerBound, ordering: .relaxed)
        await withTaskGroup { group in
            for _ in 0..<inFlight {
                group.addTask { await self.work(below: numbers.upperBound) }
            }
        }
    }

    private func work(below limit: Int) async {
        while true {
            let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard number < limit else { return }
            await one(plan.call(number))
        }
    }

    private func one(_ call: PlannedCall) async {
        let result =
            if let interest = call.cancelAfter {
                await cancelled(call, after: interest)
            } else {
                await client.result(of: call)
            }
        tallies.withLock { $0[call.behaviour].add(result, to: call, right: right[call.behaviour]) }
        onFinish()
    }

    private func cancelled(_ call: PlannedCall, after interest: Duration) async -> CallResult {
        let task = Task { await client.result(of: call) }
        try? await Task.sleep(for: interest)
        task.cancel()
        return await task.value
    }
}
