import Foundation
import ResilientHTTPTesting

/// The fixed list of scenarios.
///
/// A fault on the wire mostly comes twice in a row, because libcurl under URLSession silently repeats a request whose
/// reused connection breaks; a single fault would be seen or not as the connections happen to be.
enum ScenarioList {
    static func all(_ workload: Workload) -> [Scenario] {
        safeFaults(workload) + connections(workload) + redirects(workload) + unsafeRequests(workload)
            + [storm(workload)]
    }

    private static func safeFaults(_ workload: Workload) -> [Scenario] {
        [
            Scenario("healthy", "Nothing goes wrong: what the client itself costs.", workload) { index, _ in
                PlannedRequest(index, steps: [.ok])
            },
            Scenario("connection reset", "30 % of GETs are cut off twice before the answer.", workload) {
                PlannedRequest($0, steps: $1.chance(30) ? [.resetBeforeAnswer, .resetBeforeAnswer, .ok] : [.ok])
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
                limits: AttemptLimits(attemptTimeout: .milliseconds(400))
            ) {
                PlannedRequest($0, steps: $1.chance(10) ? [.hang, .ok] : [.ok])
            },
        ]
    }

    private static func connections(_ workload: Workload) -> [Scenario] {
        [
            Scenario(
                "stale keep-alive",
                "After 20 % of answers the idle connection is dead; GETs and POSTs with a key follow.",
                workload,
                hasClientPerWorker: true
            ) {
                let step: ServerStep = $1.chance(20) ? .okThenStale : .ok
                return $1.chance(50) ? keyed($0, steps: [step]) : PlannedRequest($0, steps: [step])
            }
        ]
    }

    private static func redirects(_ workload: Workload) -> [Scenario] {
        [
            Scenario(
                "redirect, with token",
                "Every GET is sent on to another origin, which must not get the token.",
                workload
            ) {
                PlannedRequest($0, authorization: "Bearer quickstart-\($0)", steps: $1.chance(100) ? [.redirect] : [])
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

    private static func unsafeRequests(_ workload: Workload) -> [Scenario] {
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
                "10 % are reset, before or after the server has read them: nobody knows.",
                workload
            ) {
                let fault: ServerStep = $1.pick([.resetBeforeAnswer, .resetBeforeBody])
                let steps: [ServerStep] = $1.chance(10) ? [fault, .ok] : [.ok]
                return PlannedRequest($0, method: "POST", body: body($0, &$1), steps: steps)
            },
            Scenario(
                "POST, Idempotency-Key",
                "25 % fail on the wire or with 503; the key makes repeating safe.",
                workload
            ) {
                let fault: ServerStep = $1.pick([.closeWithoutAnswer, .resetInBody, .unavailable])
                return keyed($0, steps: $1.chance(25) ? [fault, .ok] : [.ok])
            },
        ]
    }

    /// The library's own mix of faults, by seed; what comes up at the third attempt may be one fault too many.
    private static func storm(_ workload: Workload) -> Scenario {
        let calm: [(Int, ServerStep)] = [(8, .ok), (2, .slow)]
        let faults: [(Int, ServerStep)] = [
            (2, .unavailable), (2, .throttled), (1, .resetBeforeAnswer), (1, .resetBeforeBody), (1, .resetInBody),
            (1, .closeWithoutAnswer), (1, .truncatedBody), (1, .truncatedChunks),
        ]
        let mix = FaultServer.FaultMix(
            (calm + faults).map { .init(weight: $0.0, FaultServer.Behaviour.ok.named($0.1.rawValue)) },
            attempts: 4,
            success: .ok.named(ServerStep.ok.rawValue)
        )
        return Scenario("storm", "Half of all arrivals meet a random fault, some GETs one too many.", workload) {
            index,
            generator in
            let steps = (0...4).map { attempt in
                let chosen = mix.behaviour(path: "/storm/\(index)", attempt: attempt, seed: workload.seed)
                return ServerStep(rawValue: chosen.name) ?? .ok
            }
            return generator.chance(30) ? keyed(index, steps: steps) : PlannedRequest(index, steps: steps)
        }
    }

    private static func keyed(_ index: Int, steps: [ServerStep]) -> PlannedRequest {
        PlannedRequest(
            index,
            method: "POST",
            body: Data("{\"order\":\(index)}".utf8),
            idempotencyKey: "order-\(index)",
            steps: steps
        )
    }

    private static func body(_ index: Int, _ generator: inout SeededGenerator) -> Data {
        Data("{\"order\":\(index),\"amount\":\(Int.random(in: 1...9_999, using: &generator))}".utf8)
    }
}

extension SeededGenerator {
    fileprivate mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &self) < percent
    }

    fileprivate mutating func pick(_ steps: [ServerStep]) -> ServerStep {
        steps.randomElement(using: &self) ?? .ok
    }
}
