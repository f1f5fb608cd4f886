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
            let drawn = (0...4).map { attempt in
                let chosen = mix.behaviour(path: "/storm/\(index)", attempt: attempt, seed: workload.seed)
                return ServerStep(rawValue: chosen.name) ?? .ok
            }
            // Once the service has answered it goes on answering: below a client, libcurl may begin a repetition that is
            // then called off, and it must not use up the one good answer.
            let steps = drawn.prefix { !$0.succeeds } + (drawn.first(where: \.succeeds).map { [$0] } ?? [])
            return generator.chance(30) ? keyed(index, steps: Array(steps)) : PlannedRequest(index, steps: Array(steps))
        }
    }
}
