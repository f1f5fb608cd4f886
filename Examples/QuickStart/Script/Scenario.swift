/// A kind of bad day: a name, a sentence, and the requests with their scripts.
struct Scenario: Sendable {
    let name: String
    /// What goes on, in one sentence.
    let sentence: String
    var limits = AttemptLimits()
    /// Each worker has a client of its own, and so at most one idle connection.
    var hasClientPerWorker = false
    let requests: [PlannedRequest]

    /// Makes the requests one by one, each from the scenario's own random stream.
    init(
        _ name: String,
        _ sentence: String,
        _ workload: Workload,
        limits: AttemptLimits = AttemptLimits(),
        hasClientPerWorker: Bool = false,
        _ makeRequest: (Int, inout SeededGenerator) -> PlannedRequest
    ) {
        self.name = name
        self.sentence = sentence
        self.limits = limits
        self.hasClientPerWorker = hasClientPerWorker
        var generator = SeededGenerator(seed: workload.seed, stream: name)
        requests = (0..<workload.requests).map { makeRequest($0, &generator) }
    }
}
