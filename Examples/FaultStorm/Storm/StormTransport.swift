import ResilientCurl
import ResilientHTTP
import ResilientHTTPTesting

/// A transport to send the storm through. A new one is one more element of `all`.
struct StormTransport: Sendable {
    typealias Entry = FaultServer.CatalogueEntry

    let name: String
    let make: @Sendable (PoolConfiguration) throws -> any Transport
    /// Whether the process goes on.
    let survives: @Sendable (Entry) -> Bool
    /// The answers that are no mistake of the client.
    let answers: @Sendable (Entry) -> Set<FaultServer.CatalogueAnswer>
    /// Whether it brings an answer, but for what befalls its neighbours.
    let isAnswered: @Sendable (Entry) -> Bool

    static let all = [
        StormTransport(
            name: "urlsession",
            make: { URLSessionTransport(pool: $0) },
            survives: { $0.isSurvivableByURLSession },
            answers: { $0.answersOnURLSession },
            isAnswered: { $0.onURLSession.answer != nil }
        ),
        StormTransport(
            name: "curl",
            make: { pool in
                var configuration = CurlConfiguration()
                configuration.pool = pool
                return try CurlTransport(configuration)
            },
            survives: { _ in true },
            answers: { entry in entry.expected.map { [$0] } ?? [] },
            // Whether the answer is read before the RST is chance.
            isAnswered: { $0.expected != nil && $0.name != "early_answer_resets" }
        ),
    ]

    /// The transport of that name; `Options` knows no other names.
    static func named(_ name: String) -> StormTransport {
        all.first { $0.name == name } ?? all[0]
    }
}
