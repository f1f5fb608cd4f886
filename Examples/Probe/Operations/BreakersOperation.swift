import ResilientHTTP

/// The circuit breakers of a client and what they are doing, by key.
struct BreakersOperation: Operation {
    static let name = "breakers"
    static let keys = ["client"]

    private let client: ProbeClient

    init(_ fields: Fields, _ session: Session) throws {
        client = try session.clients.existing(fields)
    }

    /// On a manual clock the lines before it are to have come to their waits, as before a move.
    var place: OperationPlace { client.lane.map(OperationPlace.movingClock) ?? .anywhere }

    func run() async throws -> [JSON.Member] {
        await client.lane?.world.settle()
        return [JSON.Member("breakers", try JSON(encoding: client.client.circuitBreakerStatus()))]
    }
}
