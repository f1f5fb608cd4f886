import ResilientHTTP

/// Moves a manual clock and answers when everything that came due has run.
struct AdvanceOperation: Operation {
    static let name = "advance"
    static let keys = ["client", "seconds"]

    private let lane: ManualLane
    private let duration: Duration

    init(_ fields: Fields, _ session: Session) throws {
        duration = try fields.need(fields.seconds("seconds"), "seconds")
        let client = try session.clients.existing(fields)
        guard let lane = client.lane else {
            throw ResilientError(.unsupported, "client \(client.name) is on the system's clock", reachedServer: .no)
        }
        self.lane = lane
    }

    var place: OperationPlace { .movingClock(lane) }

    func run() async throws -> [JSON.Member] {
        try await lane.world.advance(by: duration)
        return [JSON.Member("now", .double(lane.world.elapsed.inSeconds))]
    }
}
