import Foundation
import ResilientHTTPTesting

/// A crowd that wants the same page at the same moment: once, once more, and again while the service is down.
struct CrowdPlan: Sendable {
    /// Calls of a rush, all at once.
    var calls = 100
    /// How long the service works on the page.
    var answerTime: Duration = .milliseconds(50)
    /// How long the page is fresh; whole seconds, as `max-age` has it.
    var freshSeconds = 1
    /// How long it may be served after that when the service fails.
    var graceSeconds = 60

    static let name = "crowd"
    static let path = "/page"

    var well: FaultServer.Behaviour {
        let terms = "max-age=\(freshSeconds), stale-if-error=\(graceSeconds)"
        let body = Data(Answer.plainText.utf8)
        return .response(200, headers: ["Content-Type": "text/plain", "Cache-Control": terms], body: body)
            .delayed(answerTime)
    }

    var ill: FaultServer.Behaviour { .unavailable().delayed(answerTime) }
}
