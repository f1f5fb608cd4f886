import ExampleSupport
import Foundation

/// What follows the table: how to read it, what was found, and how to see it again.
struct Summary {
    let report: Report
    let console: Console

    var text: String {
        let legend = console.styled((hasScript ? Self.legend : Self.ownServerLegend) + "\n", .dim)
        return "\n" + legend + leaks + "\n" + verdict + rerun
    }

    private static let legend = """
        recov.   requests that can come to a good end, by the server's script
        unrec.   requests that cannot, and must fail with a typed error instead of being done twice
        success  good answers to recoverable requests, status and body checked
        tries    arrivals at the server per request; p50, p95: milliseconds from call to answer, waits included
        dup.     unsafe requests that the server was made to do once too often, whoever sent them
        """
    private static let ownServerLegend =
        "success: 2xx answers; tries: attempts per request, as the client counts; p50, p95: milliseconds"

    private var hasScript: Bool { report.scenarios.contains { $0.recoverable != nil } }

    private var leaks: String {
        report.scenarios.compactMap { scenario in
            guard let bare = scenario.bare.leakedCredentials, let resilient = scenario.resilient.leakedCredentials,
                bare + resilient > 0
            else { return nil }
            return "\(scenario.name): the token reached the other origin "
                + "\(bare) times by \(LaneKind.bare.rawValue), \(resilient) times by \(LaneKind.resilient.rawValue).\n"
        }.joined()
    }

    private var verdict: String {
        guard report.problems.isEmpty else {
            let problems = report.problems.map { "  \($0)\n" }.joined()
            return console.styled("FAILED", .red) + (report.retries ? "" : " (as expected without retrying)")
                + "\n" + problems
        }
        let (bare, resilient) = (total(\.bare), total(\.resilient))
        guard hasScript else {
            return "Good answers: \(LaneKind.bare.rawValue) \(bare), \(LaneKind.resilient.rawValue) \(resilient) "
                + "of \(report.requestsPerScenario).\n"
        }
        let all = report.scenarios.reduce(0) { $0 + ($1.recoverable ?? 0) }
        return console.styled("PASSED", .green) + ": \(LaneKind.resilient.rawValue) recovered \(resilient) of \(all) "
            + "recoverable requests and did nothing twice.\n"
            + "\(LaneKind.bare.rawValue) got \(bare) of them\(twice).\n" + relief
    }

    private var relief: String {
        guard let outage = report.outage else { return "" }
        return crowd
            + "In the outage \(outage.withBreaker.requestsToIllServer) requests reached the ill service with the breaker, "
            + "\(outage.withoutBreaker.requestsToIllServer) without it.\n"
    }

    private var crowd: String {
        guard let plain = report.crowd?[.plain, .first], let cached = report.crowd?[.cached, .first] else { return "" }
        return
            "Of a crowd that wants one page, \(cached.requests) of \(plain.requests) requests reached the service with "
            + "deduplication and cache.\n"
    }

    private var twice: String {
        let duplicates = report.scenarios.reduce(0) { $0 + ($1.bare.duplicates ?? 0) }
        return duplicates == 0 ? "" : " and did \(duplicates) unsafe requests twice"
    }

    private func total(_ lane: KeyPath<ScenarioReport, LaneReport>) -> Int {
        report.scenarios.reduce(0) { $0 + $1[keyPath: lane].recovered }
    }

    private var rerun: String {
        guard hasScript else { return "" }
        let options =
            report.requestsPerScenario == Options.defaultRequests ? "" : " --requests \(report.requestsPerScenario)"
        return String(format: "Took %.1f s. ", report.seconds)
            + "The same again: swift run QuickStart --seed \(report.seed)\(options)\(report.retries ? "" : " --no-retry")\n"
    }
}
