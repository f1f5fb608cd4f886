import Foundation
import ResilientHTTPTesting
import Testing

@testable import QuickStart

@Suite struct OutageLoadTests {
    /// As quick as it can be: what counts is the calls' numbers.
    private let plan = OutagePlan(
        pace: .milliseconds(1),
        callsBefore: 2,
        callsDuring: 5,
        illAnswerTime: .zero,
        openTime: .zero,
        goodCallsToEnd: 3,
        margin: .zero
    )

    @Test func theLoadEndsWhenEnoughCallsInARowWereGood() async throws {
        var plan = plan
        // Nothing but good calls ends it.
        plan.margin = .seconds(3_600)
        let record = try await run(plan, ScriptedLane { $0 < 9 ? "ill" : nil })
        #expect(record.isBack)
        #expect(record.calls.map(\.index) == Array(record.calls.indices))
        #expect(record.calls.filter { !$0.outcome.succeeded }.map(\.index) == Array(0..<9))
        #expect(record.calls.count >= 12)
    }

    @Test func aClientThatNeverComesBackDoesNotHoldUpTheProgram() async throws {
        let record = try await run(plan, ScriptedLane { _ in "ill" })
        #expect(!record.isBack)
        #expect(record.calls.count >= plan.callsUntilRecovery)
    }

    @Test func goodCallsOfBeforeTheRecoveryDoNotCount() async throws {
        let record = try await run(plan, ScriptedLane { $0 < 7 ? nil : "open" })
        #expect(!record.isBack)
    }

    private func run(_ plan: OutagePlan, _ lane: ScriptedLane) async throws -> OutageRecord {
        try await FaultServer.withServer { server in
            await OutageLoad(plan: plan, lane: lane, server: server) {}.run()
        }
    }
}

/// A client that sends nothing and answers by the call's number.
private struct ScriptedLane: Lane {
    let problem: @Sendable (Int) -> String?

    func send(_ request: PlannedRequest, to url: URL) async -> Outcome {
        Outcome(problem: problem(request.index), isTyped: true, latency: .zero, attempts: 1)
    }

    func end() async {}
}
