/// What the recommended pipeline has to reach on both transports, and what it has reached in this run.
struct BudgetTable {
    private static let inFlight = [16, 64]
    private static let measured = "measured"
    private static let wanted = "budget"

    /// Whether a contest decides on a budget.
    static func isOf(_ load: Load) -> Bool {
        load.workload == .small && inFlight.contains(load.inFlight)
    }

    private var rows: [ReportSection.Row] = []

    mutating func add(_ contest: Contest) {
        guard Self.isOf(contest.load) else { return }
        let group = "\(contest.load.inFlight) in flight"
        let own = contest[Peers.recommendedName]
        let wrapped = contest[Peers.wrappedName]?.ratio(to: contest[Peers.bareName], \.perSecond)
        let toAsyncHTTP = own?.ratio(to: contest[Peers.asyncHTTPName], \.perSecond)
        let toSession = own?.ratio(to: contest[Peers.bareName], \.perSecond)
        let toCLoop = own?.ratio(to: contest[Peers.cLoopName], \.microseconds)
        add("CurlTransport: requests/s, × async-http-client, at least", group, toAsyncHTTP, 1.5) { $0 >= $1 }
        add("CurlTransport: requests/s, × bare URLSession, at least", group, toSession, 4) { $0 >= $1 }
        add("CurlTransport: CPU a request, × C loop, at most", group, toCLoop, 1.6) { $0 <= $1 }
        add("URLSessionTransport: requests/s, × bare URLSession, at least", group, wrapped, 0.97) { $0 >= $1 }
    }

    /// Nil when nothing of it was measured.
    var section: ReportSection? {
        guard rows.contains(where: { $0.values[Self.measured] != nil }) else { return nil }
        return ReportSection(
            title: "Budgets of the recommended pipeline, answers of \(Workload.small.rawValue)",
            columns: [.init(Self.measured, "measured", decimals: 3), .init(Self.wanted, "budget", decimals: 2)],
            rows: rows
        )
    }

    private mutating func add(
        _ name: String,
        _ group: String,
        _ value: Double?,
        _ budget: Double,
        _ isMet: (Double, Double) -> Bool
    ) {
        var row = ReportSection.Row(group: group, name: name)
        row.values[Self.wanted] = budget
        row.values[Self.measured] = value
        row.remark = value.map { isMet($0, budget) ? "met" : "missed" } ?? "not measured"
        rows.append(row)
    }
}
