import ExampleSupport
import Foundation
import ResilientHTTPTesting

/// One storm: starts the server, sends the calls in two halves, measures between and after them.
struct StormRun: Sendable {
    private let options: Options
    private let progress: Console
    private let transport: StormTransport
    private let entries: [FaultServer.CatalogueEntry]

    init(_ options: Options, progress: Console) {
        self.options = options
        self.progress = progress
        transport = .named(options.transport)
        entries = Self.entries(options)
    }

    /// What the storm consists of.
    static func entries(_ options: Options) -> [FaultServer.CatalogueEntry] {
        let transport = StormTransport.named(options.transport)
        let all = FaultServer.Behaviour.catalogue
        guard let names = options.behaviours else { return all.filter { transport.survives($0) } }
        return all.filter { names.contains($0.name) }
    }

    /// From runs with 2 cores, without optimisation. Stalling calls wait for their timeout, whatever the cores do.
    static func expectedSeconds(_ options: Options) -> Int {
        5 + options.requests / 550
    }

    func callAsFunction() async throws -> StormReport {
        progress.write(heading)
        let server = try await ServerProcess.start(entries)
        let plan = StormPlan(
            entries: entries,
            seed: options.seed,
            cancels: options.cancels,
            streamedShare: Double(options.streamedPercent) / 100,
            ports: server.ports
        )
        try await warmUp(server.warmUpPort)
        let before = ProcessState.now()
        let client = try makeClient()
        let line = ProgressLine(progress, total: options.requests)
        let storm = Storm(plan, client: client, answers: transport.answers) { line.advance() }

        let clock = ContinuousClock()
        let half = options.requests / 2
        var duration = await clock.measure { await storm.run(0..<half, inFlight: options.inFlight) }
        let middle = await ProcessState.settled()
        duration += await clock.measure { await storm.run(half..<options.requests, inFlight: options.inFlight) }
        let end = await ProcessState.settled()
        line.end()

        let held = client.held
        await client.end()
        let after = await ProcessState.settled(descriptors: before.descriptors)
        let hits = try await server.end()
        return StormReport(
            options,
            tallies: zip(storm.counts, entries).map { tally, entry in
                var tally = tally
                tally.hits = hits[tally.name] ?? tally.sent
                return tally
            },
            neverAnswered: zip(storm.counts, entries).filter { tally, entry in
                tally.sent > 20 && tally.answered == 0 && isAnswered(entry)
            }.map { $0.0.name },
            held: held,
            measures: .init(before: before, middle: middle, end: end, after: after),
            seconds: duration / .seconds(1)
        )
    }

    /// One call and its end, so that what a process opens once (Dispatch's epoll, error texts) is open when counting
    /// begins.
    private func warmUp(_ port: Int) async throws {
        guard let url = URL(string: "http://127.0.0.1:\(port)/") else { return }
        let client = try makeClient()
        _ = await client.result(of: PlannedCall(behaviour: 0, cancelAfter: nil, url: url, upload: nil))
        await client.end()
        _ = await ProcessState.settled()
    }

    private func isAnswered(_ entry: FaultServer.CatalogueEntry) -> Bool {
        transport.answers(entry).contains { $0.bytes <= StormLimits.responseBytes } && transport.isAnswered(entry)
    }

    private func makeClient() throws -> any StormClient {
        options.isBare
            ? BareStormClient(inFlight: options.inFlight)
            : try ResilientStormClient(transport, inFlight: options.inFlight)
    }

    private var heading: String {
        let client = options.isBare ? "bare URLSession" : "ResilientHTTP over \(transport.name)"
        let fatal = entries.filter { !transport.survives($0) }.map(\.name)
        let warning = fatal.isEmpty ? "" : "Expect the end of the process from \(fatal.joined(separator: ", ")).\n"
        return "\(options.requests) calls through \(client), \(options.inFlight) at a time, seed \(options.seed), to a "
            + "server that\nmisbehaves in \(entries.count) ways. About \(Self.expectedSeconds(options)) s.\n\(warning)\n"
    }
}
