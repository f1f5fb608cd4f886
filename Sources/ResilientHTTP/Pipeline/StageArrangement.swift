/// Puts the stages of a client in order.
enum StageArrangement {
    /// Arranges the built-in stages that are on, and the custom ones around them.
    ///
    /// Throws a configuration error that lists every unknown, missing and repeated name.
    static func arrange(
        _ builtIn: [Stage],
        custom: [CustomStage],
        order: [StageName]?
    ) throws -> [Stage] {
        let order = order ?? StageName.standardOrder
        let problems = check(builtIn, custom: custom, order: order)
        guard problems.isEmpty else { throw ResilientError.configuration(problems) }

        // An order may name a custom stage itself; then the order says where it goes and its position does not count.
        let named = builtIn + custom.map(\.stage)
        let positioned = custom.filter { !order.contains($0.stage.name) }
        var stages = placed(positioned, .outermost)
        for name in order {
            stages += placed(positioned, .before(name))
            stages += named.filter { $0.name == name }
            stages += placed(positioned, .after(name))
        }
        return stages + placed(positioned, .innermost)
    }

    private static func placed(_ custom: [CustomStage], _ anchor: StagePosition.Anchor) -> [Stage] {
        custom.filter { $0.position.anchor == anchor }.map(\.stage)
    }

    private static func check(
        _ builtIn: [Stage],
        custom: [CustomStage],
        order: [StageName]
    ) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        func add(_ path: String, _ message: String) {
            problems.append(ConfigurationProblem(path: path, message: message))
        }
        var seen: Set<StageName> = []
        for name in order where !seen.insert(name).inserted {
            add("order", "'\(name)' is listed twice")
        }
        for stage in builtIn where !seen.contains(stage.name) {
            add("order", "'\(stage.name)' is on but not listed; list it or turn it off")
        }
        let known = Set(StageName.standardOrder).union(custom.map(\.stage.name))
        for name in order where !known.contains(name) {
            add("order", "'\(name)' is not a stage; known are \(StageName.standardOrder.map(\.rawValue))")
        }
        var names = Set(StageName.standardOrder)
        for stage in custom {
            if !names.insert(stage.stage.name).inserted {
                add("stages", "'\(stage.stage.name)' names two stages")
            }
            switch stage.position.anchor {
            case .before(let anchor), .after(let anchor):
                if !order.contains(anchor) {
                    add("stages", "'\(stage.stage.name)' is placed at '\(anchor)', which is not in the order")
                }
            case .outermost, .innermost:
                break
            }
        }
        return problems
    }
}
