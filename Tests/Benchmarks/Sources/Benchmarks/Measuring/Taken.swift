/// What a number of requests took.
struct Taken: Sendable, Codable {
    var requests: Int
    var seconds: Double
    /// Processor time of the client's process.
    var processorSeconds: Double

    var perSecond: Double { Double(requests) / seconds }
    /// Microseconds of processor time a request.
    var microseconds: Double { processorSeconds * 1e6 / Double(requests) }

    /// Times what this process does.
    static func measure(requests: Int, _ body: () async throws -> Void) async rethrows -> Taken {
        let (began, processor) = (ContinuousClock.now, ProcessUsage.processorSeconds)
        try await body()
        return Taken(
            requests: requests,
            seconds: began.duration(to: .now) / .seconds(1),
            processorSeconds: ProcessUsage.processorSeconds - processor
        )
    }
}
