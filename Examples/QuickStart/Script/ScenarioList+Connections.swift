/// What becomes of connections, and where redirects lead.
extension ScenarioList {
    static func connections(_ workload: Workload) -> [Scenario] {
        [
            Scenario(
                "restarts",
                "A third of the POSTs come while the server is down: refused, so never sent, so safe to repeat.",
                workload
            ) {
                let isDown = ($0 / Load.workers) % Restart.batchInterval == 0
                return PlannedRequest($0, method: "POST", body: body($0, &$1), steps: isDown ? [.refused, .ok] : [.ok])
            },
            Scenario(
                "stale keep-alive",
                "After 20 % of answers the idle connection is dead; GETs and POSTs with a key follow.",
                workload,
                hasClientPerWorker: true
            ) {
                let step: ServerStep = $1.chance(20) ? .okThenStale : .ok
                return $1.chance(50) ? keyed($0, steps: [step]) : PlannedRequest($0, steps: [step])
            },
        ]
    }

    static func redirects(_ workload: Workload) -> [Scenario] {
        [
            Scenario(
                "redirect, with token",
                "Every GET is sent on to another origin, which must not get the token.",
                workload
            ) { index, _ in
                PlannedRequest(index, authorization: "Bearer quickstart-\(index)", steps: [.redirect])
            },
            Scenario(
                "redirect of an upload",
                "307 sends every POST on to another origin; its body has to come along.",
                workload
            ) {
                PlannedRequest($0, method: "POST", body: body($0, &$1), steps: [.redirectWithBody])
            },
        ]
    }
}
