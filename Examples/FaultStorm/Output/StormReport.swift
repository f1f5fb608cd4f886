/// What came of a storm.
struct StormReport: Codable, Sendable, Equatable {
    struct Measures: Codable, Sendable, Equatable {
        /// Before the first call.
        let before: ProcessState
        /// After half of the calls.
        let middle: ProcessState
        /// After all of them.
        let end: ProcessState
        /// After the client's shutdown.
        let after: ProcessState
    }

    let client: String
    let requests: Int
    let seed: UInt64
    let inFlight: Int
    let behaviours: [Tally]
    let measures: Measures
    let seconds: Double
    let requestsPerSecond: Double
    /// Resident memory from half of the calls to all of them, in bytes.
    let growthBytes: Int
    let growthBytesPerRequest: Double
    let passed: Bool
    /// What is wrong; empty when nothing is.
    let problems: [String]

    init(
        _ options: Options,
        tallies: [Tally],
        neverAnswered: [String],
        held: [String],
        measures: Measures,
        seconds: Double
    ) {
        client = options.isBare ? "bare URLSession" : "ResilientHTTP over \(options.transport)"
        requests = options.requests
        seed = options.seed
        inFlight = options.inFlight
        behaviours = tallies
        self.measures = measures
        self.seconds = seconds
        requestsPerSecond = Double(options.requests) / max(seconds, 0.001)
        growthBytes = measures.end.residentBytes - measures.middle.residentBytes
        growthBytesPerRequest = Double(growthBytes) / Double(max(options.requests - options.requests / 2, 1))
        problems = Verdict.problems(options, tallies, neverAnswered: neverAnswered, held: held, measures)
        passed = problems.isEmpty
    }
}
