/// What came of a scenario with both clients.
struct ScenarioReport: Codable, Sendable, Equatable {
    let name: String
    let sentence: String
    let requests: Int
    /// Requests that a client can bring to a good end, by the server's script; nil without a script.
    let recoverable: Int?
    /// Requests that must fail, and must not be done twice; nil without a script.
    let unrecoverable: Int?
    let bare: LaneReport
    let resilient: LaneReport
}
