/// What a line asks for. A new one is a file here and its line in ``OperationRegistry``.
///
/// Lines become operations in their order, on one thread: `init` checks the line and finds its client. They `run` all
/// at once, but for those of a client on a manual clock (``ManualLane``).
protocol Operation: Sendable {
    /// The value of `op`.
    static var name: String { get }
    /// The keys of the line, `id` and `op` apart.
    static var keys: [String] { get }

    /// Reads the line. Throws for one that cannot be used.
    init(_ fields: Fields, _ session: Session) throws

    /// Where it runs.
    var place: OperationPlace { get }

    /// The members of the answer. What it throws becomes the answer's `error`.
    func run() async throws -> [JSON.Member]
}

/// Where an operation runs.
enum OperationPlace {
    /// At once, beside the others.
    case anywhere
    /// In its client's order of lines.
    case lane(ManualLane)
    /// The same; the lines behind it wait for its end.
    case movingClock(ManualLane)

    /// Where the calls of a client run.
    static func of(_ client: ProbeClient) -> OperationPlace {
        client.lane.map(OperationPlace.lane) ?? .anywhere
    }
}
