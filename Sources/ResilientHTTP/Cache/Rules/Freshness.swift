/// How long an answer is fresh, counted from age zero, and who says so (RFC 9111 §4.2.1).
struct Freshness: Equatable {
    enum Basis {
        /// `max-age` or `Expires`.
        case server
        /// A time of the program's.
        case own
        /// The time since the last change (RFC 9111 §4.2.2).
        case heuristic
        /// Nobody says anything.
        case none
    }

    var lifetime: Duration
    var basis: Basis

    /// What the server says; nil when it says nothing. What it says wrongly makes the answer stale (§4.2.1).
    ///
    /// - Parameters:
    ///   - headers: those of the answer.
    ///   - control: the directives among them.
    ///   - date: when the server sent it, in Unix seconds.
    ///   - received: when it came, in Unix seconds.
    static func server(_ headers: HeaderFields, _ control: CacheControl, date: Int64, received: Int64) -> Freshness? {
        if let maxAge = control.maxAge { return Freshness(lifetime: maxAge, basis: .server) }
        guard headers.contains(.expires) else { return nil }
        let expires = AnswerAge.moment(.expires, of: headers, received: received) ?? date
        return Freshness(lifetime: .seconds(max(0, expires - date)), basis: .server)
    }

    /// A guess by the time since the last change; nil when there is none.
    static func heuristic(
        _ headers: HeaderFields,
        date: Int64,
        received: Int64,
        _ configuration: CacheConfiguration
    ) -> Freshness? {
        guard configuration.heuristicFraction > 0,
            let modified = AnswerAge.moment(.lastModified, of: headers, received: received), modified < date
        else { return nil }
        let share = Duration.seconds(Double(date - modified) * configuration.heuristicFraction)
        return Freshness(lifetime: min(share, configuration.heuristicLimit), basis: .heuristic)
    }
}
