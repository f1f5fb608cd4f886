import CAllocations
import ResilientHTTP

/// What a call holds while it waits, for a slot, for a limit or for its retry: the bytes of the heap for each of ten
/// thousand.
///
/// The task that makes the call is the caller's; it is measured by itself, and both figures are shown.
struct WaitingSection: BenchmarkSection {
    let name = "waiting"

    /// What the design allows a call that waits.
    private static let budget = 4_096.0
    private static let bytes = "bytes"
    private static let withoutTask = "bytes_without_task"

    func measure(_ run: Run) async throws -> [ReportSection] {
        let calls = 10_000
        let places = run.selection.rows(of: name, try Self.places(calls), name: \.name)
        guard !places.isEmpty else { return [] }
        run.progress.begin(name)
        var section = ReportSection(
            title: "\(calls) calls that wait: bytes of the heap for each",
            notes: ["the budget is for what is held beside the task, which is the caller's"],
            columns: [.init(Self.bytes, "bytes/call"), .init(Self.withoutTask, "without the task")],
            plot: .bars(column: Self.bytes)
        )
        let all = WaitingPlaces(calls: calls)
        // The first one warms up.
        _ = try await bytes(calls, all.inQueue("", .recommended))
        let task = try await bytes(calls, all.task(""))
        for place in places {
            run.progress.note(place.name)
            let bytes = try await bytes(calls, place)
            var row = ReportSection.Row(name: place.name)
            row.values = [Self.bytes: bytes, Self.withoutTask: bytes - task]
            if !place.name.contains("task") {
                row.remark = "budget 4 096: " + (bytes - task < Self.budget ? "met" : "missed")
            }
            section.rows.append(row)
        }
        return [section]
    }

    private static func places(_ calls: Int) throws -> [WaitingPlace] {
        let all = WaitingPlaces(calls: calls)
        return [
            all.task("the task alone"),
            all.sleep("a task that sleeps"),
            try all.inQueue("pass-through, in the queue", .passthrough),
            try all.inQueue("recommended + total, in the queue", .recommended),
            try all.inQueue("recommended + total, in the queue, by a verb", .recommended, byVerb: true),
            try all.atLimiter("recommended + total, at the limiter"),
            try all.atLimiter("recommended + total, at the limiter, by a verb", byVerb: true),
            try all.forRetry("recommended + total, for its retry"),
            try all.forRetry("recommended + total, for its retry, by a verb", byVerb: true),
            try all.forAnAnswer("recommended + total, for an answer", flights: nil),
            try all.forAnAnswer("recommended + total, in one flight", flights: 1),
            try all.forAnAnswer("recommended + total, in a flight each", flights: .max),
        ]
    }

    /// Compares the heap before with that when all of them wait: what the queue, the clock and the client keep for each
    /// of them is in it.
    private func bytes(_ calls: Int, _ place: WaitingPlace) async throws -> Double {
        await place.before()
        let empty = heap_bytes_in_use()
        let tasks = try await place.fill(calls, polls: .milliseconds(1))
        // Those that have just been counted are on their way to their wait.
        try await Task.sleep(for: .milliseconds(50))
        let bytes = Double(heap_bytes_in_use()) - Double(empty)
        await place.empty(tasks, isCancelled: true)
        await place.shutdown()
        return bytes / Double(calls)
    }
}
