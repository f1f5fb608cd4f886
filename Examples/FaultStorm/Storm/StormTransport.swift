import ResilientHTTP
import ResilientHTTPTesting

/// A transport to send the storm through. A new one is one more element of `all`.
struct StormTransport: Sendable {
    typealias Entry = FaultServer.CatalogueEntry

    let name: String
    let make: @Sendable (PoolConfiguration) -> any Transport
    /// Whether the process goes on.
    let survives: @Sendable (Entry) -> Bool
    /// The answers that are no mistake of the client.
    let answers: @Sendable (Entry) -> Set<FaultServer.CatalogueAnswer>

    static let all = [
        StormTransport(
            name: "urlsession",
            make: { URLSessionTransport(pool: $0) },
            survives: { $0.isSurvivableByURLSession },
            answers: { $0.answersOnURLSession }
        )
    ]

    /// The transport of that name; `Options` knows no other names.
    static func named(_ name: String) -> StormTransport {
        all.first { $0.name == name } ?? all[0]
    }
}
