import Foundation
import ResilientHTTPTesting
import Synchronization

/// Calls at a steady pace through one client, while the server falls ill and recovers.
///
/// When it does so is a matter of the calls' numbers and not of the clock, so that a machine that is slow for a moment
/// changes little. The load ends when so many calls in a row were good again, or when patience ends.
struct OutageLoad: Sendable {
    let plan: OutagePlan
    let lane: any Lane
    let server: FaultServer
    let onFinish: @Sendable () -> Void

    func run() async -> OutageRecord {
        let clock = ContinuousClock()
        let start = clock.now
        let streak = Streak()
        var record = OutageRecord()
        server.script(default: [plan.well])
        await withTaskGroup(of: OutageCall.self) { group in
            var index = 0
            while true {
                try? await clock.sleep(until: start + plan.pace * index)
                if index == plan.callsBefore { server.script(default: [plan.ill]) }
                if index == plan.callsUntilRecovery {
                    server.script(default: [plan.well])
                    record.recovery = clock.now - start
                }
                if index >= plan.callsUntilRecovery {
                    record.isBack = streak.length >= plan.goodCallsToEnd
                    // The good answers have to come, too, not only the first of them.
                    let patience = plan.longestComeback + plan.margin
                    if record.isBack || clock.now - start > record.recovery + patience { break }
                }
                group.addTask { [index] in await call(index, since: start, streak) }
                index += 1
            }
            for await call in group { record.calls.append(call) }
        }
        record.calls.sort { $0.index < $1.index }
        return record
    }

    private func call(_ index: Int, since start: ContinuousClock.Instant, _ streak: Streak) async -> OutageCall {
        let request = PlannedRequest(index, steps: [])
        let outcome = await lane.send(request, to: server.url.appendingPathComponent(request.path))
        if index < plan.callsUntilRecovery { onFinish() } else { streak.note(outcome.succeeded) }
        return OutageCall(index: index, outcome: outcome, end: ContinuousClock.now - start)
    }
}

extension OutageLoad {
    /// How many of the calls since the recovery were good in a row.
    private final class Streak: Sendable {
        private let count = Mutex(0)

        var length: Int { count.withLock { $0 } }

        func note(_ isGood: Bool) {
            count.withLock { $0 = isGood ? $0 + 1 : 0 }
        }
    }
}
