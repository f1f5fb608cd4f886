import Foundation

/// What a thousand requests open, look up and keep in memory (acceptance row 26), each client in a process of its own.
struct EfficiencySection: BenchmarkSection {
    let name = "efficiency"

    private static let requests = 1000
    private static let inFlight = 16
    private static let connections = "connections"
    private static let lookups = "lookups"
    private static let growth = "memory_growth_mib"
    private static let peak = "memory_peak_mib"
    private static let milliseconds = "milliseconds"

    func measure(_ run: Run) async throws -> [ReportSection] {
        let names = run.selection.rows(of: name, [EfficiencyChild.nothingKeptName] + Peers.names(for: .small)) { $0 }
        guard !names.isEmpty else { return [] }
        run.progress.begin(name)
        let server = try await run.servers.forRequests()
        var section = ReportSection(
            title: "Efficiency: \(Self.requests) requests, \(Self.inFlight) in flight, a process for each client",
            notes: [
                "connections as \(server.name) has accepted them; look-ups are the calls of getaddrinfo for its name;",
                "memory in MiB: what it has grown by from before the client was made to its peak, and that peak",
                "claimed in general (document B 487-492): 90 % fewer connections, 99 % fewer look-ups, 80 % less memory;",
                "the first row keeps nothing, so that each request opens and looks up for itself",
            ],
            columns: [
                .init(Self.connections, "connections"), .init(Self.lookups, "look-ups"),
                .init(Self.growth, "grown by", decimals: 1), .init(Self.peak, "peak", decimals: 1),
                .init(Self.milliseconds, "ms"),
            ],
            plot: .bars(column: Self.peak)
        )
        for name in names {
            run.progress.note(name)
            section.rows.append(await row(name, server, run))
        }
        return [section]
    }

    private func row(_ name: String, _ server: any LocalServer, _ run: Run) async -> ReportSection.Row {
        var row = ReportSection.Row(name: name)
        do {
            let before = try await server.counts()
            let alone = try await alone(name, server, run)
            let counts = try await server.counts() - before
            guard counts.requests == Self.requests else { throw WrongAnswer("\(counts.requests) requests arrived") }
            row.values[Self.connections] = Double(counts.connections)
            row.values[Self.lookups] = Double(alone.after.lookups - alone.before.lookups)
            if let now = alone.before.now, let peak = alone.after.peak {
                row.values[Self.growth] = (peak - now) / Double(1 << 20)
                row.values[Self.peak] = peak / Double(1 << 20)
            }
            row.values[Self.milliseconds] = alone.taken.seconds * 1000
        } catch {
            row.missing = "\(error)"
        }
        return row
    }

    private func alone(_ name: String, _ server: any LocalServer, _ run: Run) async throws -> EfficiencyChild {
        guard let library = PythonLibrary.allCases.first(where: { $0.rowName == name }) else {
            return try EfficiencyChild.start(name, server.namedURL, Self.requests, Self.inFlight)
        }
        return try await python(library, server, run)
    }

    private func python(_ library: PythonLibrary, _ server: any LocalServer, _ run: Run) async throws
        -> EfficiencyChild
    {
        let peer = try await run.pythons.start(library)
        do {
            let before = ProcessFacts(lookups: 0, now: peer.before)
            let load = Load(.small, server.namedURL, requests: Self.requests, inFlight: Self.inFlight)
            let taken = try await peer.run(load)
            let result = EfficiencyChild(before: before, after: try peer.facts(), taken: taken)
            await peer.end()
            return result
        } catch {
            await peer.end()
            throw error
        }
    }
}
