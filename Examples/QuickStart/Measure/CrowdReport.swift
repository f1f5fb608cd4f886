/// What came of the crowd with each client.
struct CrowdReport: Codable, Sendable, Equatable {
    /// Calls of a rush.
    let calls: Int
    /// How long the service worked on an answer.
    let answerMilliseconds: Double
    let lanes: [CrowdLaneReport]

    init(_ plan: CrowdPlan, _ lanes: [CrowdLaneReport]) {
        calls = plan.calls
        answerMilliseconds = Percentiles([plan.answerTime])[100]
        self.lanes = lanes
    }

    /// What a client's crowd met in a rush; nil when the rush was not run.
    subscript(lane: CrowdLane, rush: CrowdRush) -> CrowdRushReport? {
        lanes.first { $0.lane == lane }?.rushes.first { $0.rush == rush }
    }
}

/// What came of the crowd with one client.
struct CrowdLaneReport: Codable, Sendable, Equatable {
    let lane: CrowdLane
    /// In their order.
    var rushes: [CrowdRushReport] = []
}

/// What came of one rush.
struct CrowdRushReport: Codable, Sendable, Equatable {
    let rush: CrowdRush
    /// Requests that reached the service, each attempt counted.
    let requests: Int
    /// Calls that got the page.
    let served: Int
    /// How long a call took; the median.
    let milliseconds: Double
    /// Failures that came without a typed error.
    let untypedFailures: Int
}

extension CrowdRushReport {
    init(_ rush: CrowdRush, _ outcomes: [Outcome], requests: Int) {
        self.rush = rush
        self.requests = requests
        served = outcomes.count(where: \.succeeded)
        milliseconds = Percentiles(outcomes.map(\.latency))[50]
        untypedFailures = outcomes.count { !$0.isTyped }
    }
}
