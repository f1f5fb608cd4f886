import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// A server in simulated time that counts what arrives while it fails.
final class ModelServer: Transport {
    struct Counts: Sendable {
        var failed = 0
        /// When the first request since the recovery came that was answered well, in seconds.
        var firstSuccess: Double?
    }

    let capabilities = TransportCapabilities(honoursDeadlines: true)
    private let scenario: Scenario
    private let clock: ManualClock
    private let began: MonotonicTime
    private let state = Mutex(Counts())

    init(_ scenario: Scenario, on clock: ManualClock) {
        (self.scenario, self.clock, began) = (scenario, clock, clock.now)
    }

    var counts: Counts { state.withLock { $0 } }

    /// The seconds since the beginning.
    var seconds: Double { (clock.now - began) / .seconds(1) }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        let time = seconds
        let isWell = scenario.isWell(request.url.path, time)
        try await context.sleep(for: .milliseconds(isWell ? 20 : 5))
        state.withLock { counts in
            guard isWell else { return counts.failed += 1 }
            if let recovery = scenario.recovery, time >= recovery, counts.firstSuccess == nil {
                counts.firstSuccess = time
            }
        }
        if isWell { return ClientResponse(status: 200) }
        var headers = HeaderFields()
        if let retryAfter = scenario.retryAfter { headers[.retryAfter] = String(retryAfter) }
        return ClientResponse(status: 503, headers: headers)
    }

    func shutdown() async {}
}
