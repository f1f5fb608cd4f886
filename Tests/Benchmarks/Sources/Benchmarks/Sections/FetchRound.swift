import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// So many calls of a client at a slow server, and what they took.
struct FetchRound: Sendable {
    /// A way to make the calls.
    struct Way: Sendable {
        let name: String
        let configuration: Configuration
        var isAtOnce = true
        /// Whether the calls have been made before.
        var isRepeated = false
        /// What is to be known of it.
        var remark = ""
    }

    private static let milliseconds = "milliseconds"
    private static let requests = "requests"

    let paths: [String]
    let answerTime: Duration
    let rounds: Int

    /// A row for each way, as ratio to the first.
    func section(_ title: String, notes: [String], _ ways: [Way], _ progress: Progress) async throws -> ReportSection {
        var section = ReportSection(
            title: title,
            notes: notes,
            columns: [
                .init(Self.milliseconds, "ms", decimals: 1), .init("ratio", "× first", decimals: 3),
                .init(Self.requests, "requests that arrive"),
            ],
            plot: .bars(column: Self.milliseconds)
        )
        var first: Double?
        for way in ways {
            progress.note(way.name)
            let (time, requests) = try await measure(way)
            first = first ?? time
            var row = ReportSection.Row(name: way.name, remark: way.remark)
            row.values = [Self.milliseconds: time, Self.requests: requests]
            row.values["ratio"] = first.map { time / $0 }
            section.rows.append(row)
        }
        return section
    }

    /// The medians of milliseconds and of requests that the server saw, with a new client in each round.
    private func measure(_ way: Way) async throws -> (Double, Double) {
        try await FaultServer.withServer { server in
            let answer = FaultServer.Behaviour.response(
                200,
                headers: ["Cache-Control": "max-age=60"],
                body: Data("{}".utf8)
            )
            server.script(default: [answer.delayed(answerTime)])
            var times: [Double] = []
            var requests: [Double] = []
            for _ in 0..<rounds {
                try await withResilientClient(way.configuration) { client in
                    if way.isRepeated { try await fetch(client, server.url, isAtOnce: true) }
                    let before = server.counters.requests
                    let began = ContinuousClock.now
                    try await fetch(client, server.url, isAtOnce: way.isAtOnce)
                    times.append(began.duration(to: .now) / .milliseconds(1))
                    requests.append(Double(server.counters.requests - before))
                }
            }
            return (times.median ?? 0, requests.median ?? 0)
        }
    }

    private func fetch(_ client: ResilientClient, _ server: URL, isAtOnce: Bool) async throws {
        let calls = try paths.map { path in
            guard let url = URL(string: server.absoluteString + path) else { throw CancellationError() }
            return ClientRequest(url: url)
        }
        guard isAtOnce else {
            for call in calls { _ = try await client.send(call) }
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for call in calls { group.addTask { _ = try await client.send(call) } }
            try await group.waitForAll()
        }
    }
}
