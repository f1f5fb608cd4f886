/// What a server does to reads.
extension ScenarioList {
    static func safeFaults(_ workload: Workload) -> [Scenario] {
        [
            Scenario("healthy", "Nothing goes wrong: what the client itself costs.", workload) { index, _ in
                PlannedRequest(index, steps: [.ok])
            },
            Scenario(
                "connection reset",
                "30 % of GETs, each on a new connection, are cut off before the answer.",
                workload
            ) {
                PlannedRequest($0, steps: $1.chance(30) ? [.resetBeforeAnswer, .okThenClose] : [.okThenClose])
            },
            Scenario("503, then recovery", "40 % of GETs meet one or two 503 before the service is back.", workload) {
                let faults = [ServerStep](repeating: .unavailable, count: $1.chance(50) ? 1 : 2)
                return PlannedRequest($0, steps: $1.chance(40) ? faults + [.ok] : [.ok])
            },
            Scenario("429 with Retry-After", "20 % of GETs are told when to come back: 0 s, 1 s or a date.", workload) {
                let fault: ServerStep = $1.pick([.throttled, .throttledOneSecond, .throttledUntilDate])
                return PlannedRequest($0, steps: $1.chance(20) ? [fault, .ok] : [.ok])
            },
            Scenario("truncated body", "30 % of bodies end early, by FIN, by RST or in mid-chunk.", workload) {
                let fault: ServerStep = $1.pick([.truncatedBody, .truncatedChunks, .resetInBody])
                return PlannedRequest($0, steps: $1.chance(30) ? [fault, .ok] : [.ok])
            },
            Scenario(
                "server hangs",
                "10 % of GETs are never answered; the next attempt is.",
                workload,
                limits: AttemptLimits(attemptTimeout: .milliseconds(600))
            ) {
                PlannedRequest($0, steps: $1.chance(10) ? [.hang, .ok] : [.ok])
            },
        ]
    }
}
