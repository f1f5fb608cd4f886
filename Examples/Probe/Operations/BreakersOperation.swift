import ResilientHTTP

/// The circuit breakers of a client and what they are doing, by key.
struct BreakersOperation: Operation {
    static let name = "breakers"
    static let keys = ["client"]

    private let client: ProbeClient

    init(_ fields: Fields, _ session: Session) throws {
        client = try session.clients.existing(fields)
    }

    var place: OperationPlace { .of(client) }

    func run() throws -> [JSON.Member] {
        [JSON.Member("breakers", try JSON(encoding: client.client.circuitBreakerStatus()))]
    }
}
