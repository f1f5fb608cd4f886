import Foundation
import ResilientHTTPTesting

/// Sends the crowd through each client in turn, against a fresh server each.
struct CrowdRun: Sendable {
    let plan: CrowdPlan
    let options: Options
    let progress: ProgressLine

    func callAsFunction() async throws -> CrowdReport {
        var lanes: [CrowdLaneReport] = []
        for lane in CrowdLane.allCases { lanes.append(try await run(lane)) }
        return CrowdReport(plan, lanes)
    }

    private func run(_ kind: CrowdLane) async throws -> CrowdLaneReport {
        progress.begin(CrowdPlan.name, kind.rawValue, of: plan.calls * CrowdRush.allCases.count)
        let lane = try kind.make(options)
        let server = try FaultServer.start()
        var report = CrowdLaneReport(lane: kind)
        var seen = 0
        for rush in CrowdRush.allCases {
            if rush == .down { try await Task.sleep(for: .seconds(plan.freshSeconds) + .milliseconds(100)) }
            server.script(default: [rush == .down ? plan.ill : plan.well])
            let outcomes = await send(through: lane, to: server.url.appendingPathComponent(CrowdPlan.path))
            let arrived = server.completeRequests(path: CrowdPlan.path)
            report.rushes.append(CrowdRushReport(rush, outcomes, requests: arrived - seen))
            seen = arrived
        }
        await lane.end()
        await server.stop()
        return report
    }

    private func send(through lane: any Lane, to url: URL) async -> [Outcome] {
        await withTaskGroup(of: Outcome.self) { group in
            for index in 0..<plan.calls {
                group.addTask {
                    defer { progress.advance() }
                    return await lane.send(PlannedRequest(index, steps: []), to: url)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
