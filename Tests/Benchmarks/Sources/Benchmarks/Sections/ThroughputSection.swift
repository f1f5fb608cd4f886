/// What the clients do over real sockets: the same server, in a process of its own, for all of them.
struct ThroughputSection: BenchmarkSection {
    let name = "throughput"

    private static let inFlight = [1, 16, 64, 256]

    func measure(_ run: Run) async throws -> [ReportSection] {
        let wanted = Workload.allCases.map { workload in
            (workload, run.selection.rows(of: "\(name), \(workload.rawValue)", Peers.names(for: workload)) { $0 })
        }.filter { !$0.1.isEmpty }
        let names = Peers.names(for: .json).filter { name in wanted.contains { $0.1.contains(name) } }
        guard !names.isEmpty else { return [] }
        run.progress.begin(name)
        let server = try await run.servers.forRequests()
        let (peers, missing) = await PeerGroup.start(names, run)
        var sections = wanted.map { section($0.0, server) }
        var budgets = BudgetTable()
        // The few come first: they find no connections that many have left.
        for inFlight in Self.inFlight {
            for (index, (workload, names)) in wanted.enumerated() {
                let load = Load(workload, server.url, requests: 0, inFlight: inFlight)
                let contest = await contest(peers.filter { names.contains($0.name) }, load, run)
                sections[index].rows += ThroughputRows(contest, missing: missing).rows
                budgets.add(contest)
            }
        }
        for peer in peers { await peer.end() }
        sections[0].notes += await pythonNote(run)
        return sections + (budgets.section.map { [$0] } ?? [])
    }

    private func contest(_ peers: [any Peer], _ load: Load, _ run: Run) async -> Contest {
        var contest = Contest(peers, load)
        let isQuick = run.options.isQuick
        var rounds = isQuick ? load.inFlight > 64 ? 2 : 3 : 5
        if BudgetTable.isOf(load) { rounds = isQuick ? 5 : 11 }
        run.progress.begin("\(name), \(load.workload.rawValue), \(load.inFlight) in flight")
        await contest.run(
            rounds: rounds,
            warmUps: isQuick ? 1 : 2,
            slice: .milliseconds(isQuick ? 50 : 400)
        ) { round, row in
            run.progress.note(round: round, of: rounds, row)
        }
        return contest
    }

    private func section(_ workload: Workload, _ server: any LocalServer) -> ReportSection {
        var section = ReportSection(
            title: workload.title,
            notes: [
                "from \(server.name) on this machine; medians over interleaved rounds, CPU of the client alone;",
                "ratios are the medians of those of each round; who takes very long has fewer rounds",
            ],
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
