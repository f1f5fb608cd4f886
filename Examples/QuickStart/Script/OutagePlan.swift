import ResilientHTTP
import ResilientHTTPTesting

/// A service that is well, falls ill for a while and is well again, while calls go on coming at a steady pace.
///
/// Ill, it is the kind that hurts its callers: it accepts every request, works on it for a while and gives up.
struct OutagePlan: Sendable {
    /// From the start of a call to the start of the next one, whatever became of it.
    var pace: Duration = .milliseconds(5)
    /// Calls before the outage, so that connections are open when it begins.
    var callsBefore = 20
    /// Calls during the outage.
    var callsDuring = 160
    /// How long the ill service takes to answer 503.
    var illAnswerTime: Duration = .milliseconds(50)
    /// How long the breaker stays open. The default of the library is a minute, too long to watch.
    var openTime: Duration = .milliseconds(300)
    /// Good answers in a row that say that things are back to normal; then the load ends.
    var goodCallsToEnd = 20
    /// What a client may take longer than it must by the two times above: a loaded machine's delays.
    var margin: Duration = .seconds(1)

    static let name = "outage"
    /// What the server counts its 503 under.
    static let illName = "ill"

    var length: Duration { pace * callsDuring }

    /// All that there are before the service is well again.
    var callsUntilRecovery: Int { callsBefore + callsDuring }

    /// The longest that may pass from the recovery to the first good answer: a probe that was still answered by the ill
    /// service, and the open time that it begins.
    var longestComeback: Duration { illAnswerTime + openTime + margin }

    var well: FaultServer.Behaviour { .ok(Answer.plainText) }

    var ill: FaultServer.Behaviour { .unavailable().delayed(illAnswerTime).named(Self.illName) }

    /// The library's own settings but for the open time.
    var breaker: CircuitBreakerConfiguration { CircuitBreakerConfiguration().with { $0.recoveryTimeout = openTime } }
}
