import Foundation

extension Simulation {
    /// The environment variable that makes ``seeds(_:)`` give one seed only.
    public static let seedVariable = "RESILIENT_TEST_SEED"
    /// The environment variable that multiplies the number of seeds, for a long search.
    public static let factorVariable = "RESILIENT_TEST_SEED_FACTOR"

    /// The seeds of a test: 0 up to `count`, or the one that the environment names, or more of them.
    public static func seeds(_ count: Int) -> Range<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment[seedVariable].flatMap({ UInt64($0) }), seed < .max {
            return seed..<(seed + 1)
        }
        let factor = environment[factorVariable].flatMap { Int($0) } ?? 1
        return 0..<UInt64(max(1, count * max(1, factor)))
    }

    /// Whether the environment names one seed, so that a test knows not to count over many.
    public static var isRerun: Bool {
        ProcessInfo.processInfo.environment[seedVariable] != nil
    }

    /// Runs `body` once a seed and stops at the first that fails.
    ///
    /// Throws the ``SimulationFailure`` of that seed.
    public static func explore(
        _ seeds: Range<UInt64>,
        _ body: @escaping @Sendable (Simulation) async throws -> Void
    ) throws {
        for seed in seeds { try Simulation(seed: seed).run(body) }
    }
}
