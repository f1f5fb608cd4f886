/// The same storm through bare URLSession and through the client.
struct ComparisonReport: Codable, Sendable, Equatable {
    /// What the client may cost above URLSession itself, in bytes of memory a request.
    static let allowance = 64

    let bare: StormReport
    let resilient: StormReport
    let allowedGrowthBytes: Int
    let passed: Bool
    /// What is wrong; empty when nothing is.
    let problems: [String]

    init(bare: StormReport, resilient: StormReport) {
        self.bare = bare
        self.resilient = resilient
        allowedGrowthBytes = bare.growthBytes + Self.allowance * (resilient.requests - resilient.requests / 2)
        var problems = resilient.problems
        if resilient.growthBytes > allowedGrowthBytes {
            problems.append("memory grew by \(resilient.growthBytes) bytes, allowed are \(allowedGrowthBytes)")
        }
        self.problems = problems
        passed = problems.isEmpty
    }
}
