import ResilientHTTP

/// Shuts a client down and frees its name and its connections. Its calls under way end with `client_closed`.
struct CloseOperation: Operation {
    static let name = "close"
    static let keys = ["client"]

    private let client: ProbeClient

    init(_ fields: Fields, _ session: Session) throws {
        client = try session.clients.existing(fields)
        session.clients.remove(client)
    }

    var place: OperationPlace { .of(client) }

    func run() async throws -> [JSON.Member] {
        await client.client.shutdown(grace: .zero)
        return [JSON.Member("closed", .bool(true))]
    }
}
