import Foundation

/// GETs to a server of the user's own, with both clients. There is no script, so there is no verdict on what could
/// have been recovered, and nobody to ask what arrived twice.
struct OwnServerRun: Sendable {
    let url: URL
    let options: Options
    let progress: ProgressLine

    /// What a remote server may need.
    static let limits = AttemptLimits(
        attemptTimeout: .seconds(10),
        bareTimeoutSeconds: 10,
        longestBackoff: .seconds(1),
        connectAttempts: 3,
        connectBackoff: .milliseconds(200),
        total: .seconds(30)
    )

    func callAsFunction() async throws -> ScenarioReport {
        ScenarioReport(
            name: "your server",
            sentence: "GET \(address)",
            requests: options.requests,
            recoverable: nil,
            unrecoverable: nil,
            bare: try await run(.bare),
            resilient: try await run(.resilient)
        )
    }

    /// The URL without what may be secret in it: user, password, query.
    private var address: String {
        let port = url.port.map { ":\($0)" } ?? ""
        return "\(url.scheme ?? "")://\(url.host ?? "")\(port)\(url.path)"
    }

    private func run(_ kind: LaneKind) async throws -> LaneReport {
        let settings = LaneSettings(
            limits: Self.limits,
            seed: options.seed,
            requests: options.requests,
            retries: options.retries,
            transport: options.transport,
            allowsPlainHTTP: true
        )
        progress.begin("your server", kind.rawValue, of: options.requests)
        let lane = try kind.make(settings)
        let outcomes = await Load(
            requests: (0..<options.requests).map { PlannedRequest($0, checksBody: false, steps: []) },
            lanes: [lane],
            url: { [url] _ in url },
            onFinish: { progress.advance() }
        ).run()
        await lane.end()
        return LaneReport(outcomes, of: outcomes, limits: Self.limits)
    }
}
