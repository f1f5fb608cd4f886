extension Verdict {
    /// What is wrong with the rows of deduplication and cache; empty when nothing is.
    static func problems(of crowd: CrowdReport) -> [String] {
        var problems: [String] = []
        func expect(_ lane: CrowdLane, _ rush: CrowdRush, served: Int, requests: Int) {
            guard let found = crowd[lane, rush] else {
                problems.append("\(lane.rawValue), \(rush.rawValue): was not run")
                return
            }
            if found.served != served {
                problems.append("\(lane.rawValue), \(rush.rawValue): \(found.served) of \(crowd.calls) got the page")
            }
            if found.requests > requests {
                problems.append(
                    "\(lane.rawValue), \(rush.rawValue): \(found.requests) requests where \(requests) would do"
                )
            }
            if found.untypedFailures > 0 {
                problems.append("\(lane.rawValue), \(rush.rawValue): \(found.untypedFailures) untyped failures")
            }
        }
        if let plain = crowd[.plain, .first], plain.requests < crowd.calls {
            problems.append("without deduplication only \(plain.requests) requests came, which shows nothing")
        }
        // A call that comes after the first answer begins a flight of its own; a loaded machine may be that slow.
        let flights = crowd.calls / 10
        for rush in [CrowdRush.first, .again] { expect(.deduplicated, rush, served: crowd.calls, requests: flights) }
        expect(.cached, .first, served: crowd.calls, requests: flights)
        expect(.cached, .again, served: crowd.calls, requests: 0)
        expect(.cached, .down, served: crowd.calls, requests: flights)
        return problems.map { "\(CrowdPlan.name): \($0)" }
    }
}
