/// A run that failed, with all that is needed to see it fail again.
public struct SimulationFailure: Error, Sendable, CustomStringConvertible {
    /// The seed of the run.
    public let seed: UInt64
    /// What went wrong.
    public let reason: String
    /// What the run noted, see ``Simulation/trace``.
    public let trace: [String]
    /// The error that the body threw.
    public let cause: (any Error)?

    init(seed: UInt64, reason: String, trace: [String], cause: (any Error)? = nil) {
        self.seed = seed
        self.reason = reason
        self.trace = trace
        self.cause = cause
    }

    /// The reason, how to run the seed again, and the end of the trace.
    public var description: String {
        let tail = trace.suffix(20).joined(separator: "\n  ")
        return """
            simulation with seed \(seed) failed: \(reason)
            run it again with \(Simulation.seedVariable)=\(seed) in the environment, such as
              \(Simulation.seedVariable)=\(seed) swift test --filter <the test>
            the end of its trace:
              \(tail)
            """
    }
}
