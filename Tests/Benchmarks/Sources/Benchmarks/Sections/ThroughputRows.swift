/// What came out of a contest, as rows of a report.
struct ThroughputRows {
    static let rate = "requests_per_second"
    private static let toSession = "ratio_to_urlsession"
    private static let toAsyncHTTP = "ratio_to_async_http_client"
    private static let processor = "cpu_microseconds"
    private static let toCLoop = "cpu_ratio_to_c_loop"

    static let columns: [ReportSection.Column] = [
        .init(rate, "requests/s"),
        .init(toSession, "× URLSession", decimals: 2),
        .init(toAsyncHTTP, "× async-http-client", decimals: 2),
        .init(processor, "CPU µs", decimals: 1),
        .init(toCLoop, "CPU × C loop", decimals: 2),
    ]

    let rows: [ReportSection.Row]

    /// - Parameters:
    ///   - contest: with its rounds.
    ///   - missing: why clients are not in it, by their names.
    init(_ contest: Contest, missing: [String: String]) {
        let group = "\(contest.load.inFlight) in flight"
        rows = Peers.names(for: contest.load.workload).compactMap { name in
            if let reason = missing[name] { return .init(group: group, name: name, missing: reason) }
            guard let entry = contest[name] else { return nil }
            var row = ReportSection.Row(group: group, name: name, missing: entry.failure)
            row.values[Self.rate] = entry.median(\.perSecond)
            row.values[Self.toSession] = entry.ratio(to: contest[Peers.bareName], \.perSecond)
            row.values[Self.toAsyncHTTP] = entry.ratio(to: contest[Peers.asyncHTTPName], \.perSecond)
            row.values[Self.processor] = entry.median(\.microseconds)
            row.values[Self.toCLoop] = entry.ratio(to: contest[Peers.cLoopName], \.microseconds)
            return row
        }
    }
}
