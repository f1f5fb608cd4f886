/// What the clients do over real sockets: the same server, in a process of its own, for all of them.
struct ThroughputSection: BenchmarkSection {
    let name = "throughput"

    private static let inFlight = [1, 16, 64, 256]

    func measure(_ run: Run) async throws -> [ReportSection] {
        let names = run.selection.rows(of: name, Peers.names) { $0 }
        guard !names.isEmpty else { return [] }
        run.progress.begin(name)
        let server = try await run.servers.forRequests()
        let (peers, missing) = await PeerGroup.start(names, run)
        var sections = Workload.allCases.map { section($0, server) }
        var budgets = BudgetTable()
        for inFlight in Self.inFlight {
            for (index, workload) in Workload.allCases.enumerated() {
                let contest = await contest(peers, workload, inFlight, server, run)
                let rows = ThroughputRows(contest, missing: missing)
                sections[index].rows += rows.rows
                if workload == .small { budgets.add(contest) }
            }
        }
        for peer in peers { await peer.end() }
        sections[0].notes += await pythonNote(run)
        return sections + (budgets.section.map { [$0] } ?? [])
    }

    private func contest(
        _ peers: [any Peer],
        _ workload: Workload,
        _ inFlight: Int,
        _ server: any LocalServer,
        _ run: Run
    ) async -> Contest {
        var contest = Contest(peers, Load(workload, server.url, requests: 0, inFlight: inFlight))
        let isQuick = run.options.isQuick
        let rounds = BudgetTable.isOf(workload, inFlight) ? (isQuick ? 5 : 11) : isQuick ? 3 : 5
        let part = "\(name), \(workload.rawValue), \(inFlight) in flight"
        run.progress.begin(part)
        await contest.run(rounds: rounds, slice: .milliseconds(isQuick ? 50 : 400)) { round, row in
            run.progress.note(round: round, of: rounds, row)
        }
        return contest
    }

    private func section(_ workload: Workload, _ server: any LocalServer) -> ReportSection {
        var section = ReportSection(
            title: workload.title,
            notes: ["from \(server.name) on this machine; medians over interleaved rounds, CPU of the client alone"],
            columns: ThroughputRows.columns,
            plot: .bars(column: ThroughputRows.rate)
        )
        if workload.isGet {
            section.notes.append("every stage: cache and flights too, with another query in each request to miss both")
        } else {
            section.notes.append("the C loop has its JSON ready and decodes nothing")
        }
        return section
    }

    private func pythonNote(_ run: Run) async -> [String] {
        let versions = await run.pythons.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return versions.isEmpty ? [] : ["Python: \(versions.joined(separator: ", "))"]
    }
}
