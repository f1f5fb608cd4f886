/// Whether the client kept its word.
enum Verdict {
    /// How often each behaviour must have been met: a hundredth of a storm, once in a breeze.
    static func leastHits(_ requests: Int, behaviours: Int) -> Int {
        if requests >= 50_000 { return requests / 100 }
        return requests >= 4 * behaviours ? 1 : 0
    }

    static func problems(
        _ options: Options,
        _ tallies: [Tally],
        neverAnswered: [String],
        held: [String],
        _ measures: StormReport.Measures
    ) -> [String] {
        var problems: [String] = []
        let ended = tallies.reduce(0) { $0 + $1.ended }
        if ended != options.requests { problems.append("\(ended) of \(options.requests) calls ended") }
        let least = leastHits(options.requests, behaviours: tallies.count)
        for tally in tallies {
            if tally.mismatches > 0 {
                problems.append(
                    "\(tally.name): \(tally.mismatches) wrong answers (\(tally.examples["mismatch"] ?? ""))"
                )
            }
            if tally.unexpected > 0 {
                problems.append("\(tally.name): \(tally.unexpected) unexpected (\(tally.examples["unexpected"] ?? ""))")
            }
            if tally.hits < least { problems.append("\(tally.name): met \(tally.hits) times, not \(least)") }
        }
        for name in neverAnswered { problems.append("\(name): never answered, which it should have been") }
        if !held.isEmpty { problems.append("held after the last call: \(held.joined(separator: ", "))") }
        if measures.after.descriptors > measures.before.descriptors {
            problems.append("descriptors: \(measures.before.descriptors) before, \(measures.after.descriptors) after")
        }
        return problems
    }
}
