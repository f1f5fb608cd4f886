import ResilientHTTPTesting

/// Runs the outage with each client in turn, against a fresh server each.
struct OutageRun: Sendable {
    let plan: OutagePlan
    let options: Options
    let progress: ProgressLine

    func callAsFunction() async throws -> OutageReport {
        OutageReport(
            plan,
            bare: try await run(.bare),
            withoutBreaker: try await run(.withoutBreaker),
            withBreaker: try await run(.withBreaker)
        )
    }

    private func run(_ kind: OutageLane) async throws -> OutageLaneReport {
        progress.begin(OutagePlan.name, kind.rawValue, of: plan.callsUntilRecovery)
        let lane = try kind.make(plan, options)
        let server = try FaultServer.start()
        let load = OutageLoad(plan: plan, lane: lane, server: server) { [progress] in progress.advance() }
        let record = await load.run()
        await lane.end()
        await server.stop()
        let count = server.counters.behaviours[OutagePlan.illName] ?? 0
        return OutageLaneReport(plan, record, requestsToIllServer: count)
    }
}
