import CAllocations
import Dispatch

/// The cost of one call: the median over interleaved rounds, so that a busy moment of the machine hits all rows.
struct Measurement: Sendable {
    private(set) var rounds: [(nanoseconds: Double, allocations: Double)] = []

    /// Median nanoseconds a call.
    var nanoseconds: Double { rounds.map(\.nanoseconds).median ?? 0 }
    /// Median allocations a call.
    var allocations: Double { rounds.map(\.allocations).median ?? 0 }

    /// Runs `body`, which makes `calls` calls, and adds a round.
    mutating func addRound(calls: Int, _ body: () async throws -> Void) async rethrows {
        count_allocations(true)
        defer { count_allocations(false) }
        let allocated = allocations_so_far()
        let began = DispatchTime.now().uptimeNanoseconds
        try await body()
        let ended = DispatchTime.now().uptimeNanoseconds
        rounds.append(
            (Double(ended - began) / Double(calls), Double(allocations_so_far() - allocated) / Double(calls))
        )
    }

    /// Adds the rounds of another measurement of the same thing.
    mutating func append(_ other: Measurement) {
        rounds += other.rounds
    }
}
