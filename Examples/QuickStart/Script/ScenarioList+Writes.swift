/// What must not be done twice, and what may be.
extension ScenarioList {
    static func unsafeRequests(_ workload: Workload) -> [Scenario] {
        [
            Scenario(
                "POST, no body",
                "25 % are reset after the server has done the work: doing it again is wrong.",
                workload
            ) {
                PlannedRequest($0, method: "POST", steps: $1.chance(25) ? [.resetBeforeAnswer, .ok] : [.ok])
            },
            Scenario(
                "POST, with body",
                "10 % are cut off after the server has read them: doing it again is wrong.",
                workload
            ) {
                let fault: ServerStep = $1.pick([.resetBeforeAnswer, .closeWithoutAnswer])
                let steps: [ServerStep] = $1.chance(10) ? [fault, .ok] : [.ok]
                return PlannedRequest($0, method: "POST", body: body($0, &$1), steps: steps)
            },
            Scenario(
                "POST, Idempotency-Key",
                "25 % fail on the wire or with 503; the key makes repeating safe.",
                workload
            ) {
                let fault: ServerStep = $1.pick([.closeWithoutAnswer, .resetBeforeBody, .resetInBody, .unavailable])
                return keyed($0, steps: $1.chance(25) ? [fault, .ok] : [.ok])
            },
        ]
    }
}
