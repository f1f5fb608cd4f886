extension Verdict {
    /// Of so many requests to the ill service without the breaker, at most one may get there with it.
    static let relief = 4

    /// What is wrong with the breaker's row; empty when nothing is.
    static func problems(of outage: OutageReport) -> [String] {
        let (without, with) = (outage.withoutBreaker.requestsToIllServer, outage.withBreaker.requestsToIllServer)
        var problems: [String] = []
        if without < outage.calls / 2 {
            problems.append(
                "only \(without) requests for \(outage.calls) calls met the ill service, which shows nothing"
            )
        }
        if with * relief > without {
            problems.append(
                "the breaker let \(with) requests through to the ill service, where \(without) came without it"
            )
        }
        let longest = outage.longestComebackMilliseconds
        if outage.withBreaker.comebackMilliseconds.map({ $0 > longest }) ?? true {
            problems.append("no good answer through the breaker within \(Int(longest)) ms of the recovery")
        } else if !outage.withBreaker.isBackToNormal {
            problems.append("calls through the breaker were not back to normal after the recovery")
        }
        let untyped = outage.withoutBreaker.untypedFailures + outage.withBreaker.untypedFailures
        if untyped > 0 { problems.append("\(untyped) failures had no typed error") }
        return problems.map { "\(OutagePlan.name): \($0)" }
    }
}
