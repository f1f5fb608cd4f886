import ResilientHTTPTesting

extension ScenarioList {
    /// The library's own mix of faults, by seed; what comes up at the third attempt may be one fault too many.
    static func storm(_ workload: Workload) -> Scenario {
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
}
