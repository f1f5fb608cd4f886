/// A chat completion as it is written: how soon its first token is there, and how many a second are read.
struct ChatSection: BenchmarkSection {
    let name = "chat stream"

    private static let first = "first_token_microseconds"
    private static let rate = "tokens_per_second"
    private static let ratio = "ratio_to_urlsession"
    private static let processor = "cpu_microseconds_per_token"

    private struct Entry {
        let peer: ChatPeer
        var rounds: [ChatTaken] = []
        var failure: String?
    }

    func measure(_ run: Run) async throws -> [ReportSection] {
        let names = run.selection.rows(of: name, ChatPeers.names) { $0 }
        guard !names.isEmpty else { return [] }
        run.progress.begin(name)
        let server = try await run.servers.forStreams()
        var section = ReportSection(
            title: "Chat stream: \(ChatContent.tokens) tokens, an event and a write each",
            notes: [
                "from the FaultServer of this package, which streams without pauses; every event's JSON is decoded",
                "the C loop decodes nothing: it shows what the server gives",
            ],
            columns: [
                .init(Self.first, "first token µs"), .init(Self.rate, "tokens/s"),
                .init(Self.ratio, "× URLSession", decimals: 2), .init(Self.processor, "CPU µs/token", decimals: 2),
            ],
            plot: .bars(column: Self.rate)
        )
        var entries: [Entry] = []
        var missing: [String: String] = [:]
        for name in names {
            do {
                entries.append(Entry(peer: try await ChatPeers.start(name, run)))
            } catch {
                missing[name] = "\(error)"
            }
        }
        for inFlight in run.options.isQuick ? [1, 16] : [1, 16, 64] {
            await measure(&entries, ChatLoad(url: server.chatURL, streams: 0, inFlight: inFlight), run)
            section.rows += names.compactMap { name in
                row(name, "\(inFlight) at once", entries, missing[name])
            }
            for index in entries.indices { entries[index].rounds = [] }
        }
        for entry in entries { await entry.peer.end() }
        return [section]
    }

    private func measure(_ entries: inout [Entry], _ load: ChatLoad, _ run: Run) async {
        let rounds = run.options.isQuick ? 3 : 7
        run.progress.begin("\(name), \(load.inFlight) at once")
        // The first round warms up.
        for round in 0...rounds {
            for index in entries.indices where entries[index].failure == nil {
                run.progress.note(round: max(0, round - 1), of: rounds, entries[index].peer.name)
                var load = load
                load.streams = load.inFlight * (load.inFlight == 1 && round > 0 ? 10 : run.options.isQuick ? 1 : 3)
                do {
                    let taken = try await entries[index].peer.run(load)
                    if round > 0 { entries[index].rounds.append(taken) }
                } catch {
                    entries[index].failure = "\(error)"
                }
            }
        }
    }

    private func row(_ name: String, _ group: String, _ entries: [Entry], _ missing: String?) -> ReportSection.Row? {
        if let missing { return .init(group: group, name: name, missing: missing) }
        guard let entry = entries.first(where: { $0.peer.name == name }) else { return nil }
        var row = ReportSection.Row(group: group, name: name, missing: entry.failure)
        guard entry.failure == nil else { return row }
        row.values[Self.first] = entry.rounds.flatMap(\.firsts).median.map { $0 * 1e6 }
        row.values[Self.rate] = entry.rounds.map(\.tokensPerSecond).median
        row.values[Self.processor] = entry.rounds.map(\.microseconds).median
        if let bare = entries.first(where: { $0.peer.name == Peers.bareName }), bare.failure == nil {
            row.values[Self.ratio] =
                zip(entry.rounds, bare.rounds).map { $0.tokensPerSecond / $1.tokensPerSecond }.median
        }
        return row
    }
}
