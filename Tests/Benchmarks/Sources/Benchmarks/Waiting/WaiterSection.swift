import Dispatch
import ResilientHTTP

/// How the time that a call takes to begin its wait and to end it grows with the number of those that wait.
struct WaiterSection: BenchmarkSection {
    let name = "waiters"

    func measure(_ run: Run) async throws -> [ReportSection] {
        let numbers = [10, 100, 1_000, 10_000]
        let kinds = run.selection.rows(of: name, Self.kinds, name: \.name)
        guard !kinds.isEmpty else { return [] }
        run.progress.begin(name)
        let rounds = run.options.isQuick ? 3 : 6
        var measured: [String: [Int: [Double]]] = [:]
        for round in 0..<rounds {
            for number in numbers {
                for (name, make) in kinds {
                    run.progress.note(round: round, of: rounds, "\(name), \(number)")
                    let time = try await time(number, repeats: max(1, (run.options.isQuick ? 300 : 2_000) / number)) {
                        try make(WaitingPlaces(calls: number))
                    }
                    // The first round warms up.
                    if round > 0 { measured[name, default: [:]][number, default: []].append(time) }
                }
            }
        }
        var growth = Growth(
            "Waiters: calls that begin to wait together and end together",
            notes: ["the time of both for each, tasks included, on all processors"],
            hasAllocations: false
        )
        for (name, _) in kinds {
            for number in numbers {
                growth.add(name, number, nanoseconds: measured[name]?[number]?.median ?? 0)
            }
        }
        return [growth.section]
    }

    private static let kinds: [(name: String, make: @Sendable (WaitingPlaces) throws -> WaitingPlace)] = [
        ("tasks alone", { $0.task("") }),
        ("in the admission queue", { try $0.inQueue("", .recommended) }),
        ("in one flight", { try $0.forAnAnswer("", flights: 1) }),
        ("at the limiter, cancelled", { try $0.atLimiter("") }),
    ]

    /// Median nanoseconds a call.
    private func time(_ calls: Int, repeats: Int, _ make: () throws -> WaitingPlace) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<repeats {
            let place = try make()
            await place.before()
            let began = DispatchTime.now().uptimeNanoseconds
            let tasks = try await place.fill(calls)
            let waiting = DispatchTime.now().uptimeNanoseconds
            // Those that have just been counted are on their way to their wait.
            try await Task.sleep(for: .milliseconds(2))
            let released = DispatchTime.now().uptimeNanoseconds
            await place.empty(tasks, isCancelled: false)
            let ended = DispatchTime.now().uptimeNanoseconds
            await place.shutdown()
            times.append(Double(waiting - began + ended - released) / Double(calls))
        }
        return times.median ?? 0
    }
}
