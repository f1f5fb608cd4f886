extension Experiment {
    /// What an experiment has shown.
    struct Result: Sendable {
        let server: ModelServer.Counts
        /// Calls that the breaker ended though the server would have answered them well.
        let refused: Int
        let recovery: Double?

        /// How long it took from the recovery to the first good response, in seconds.
        private var wait: Double? {
            guard let recovery, let first = server.firstSuccess else { return nil }
            return first - recovery
        }

        /// The columns of the table: the means of several results.
        static func row(_ results: [Result]) -> String {
            let failed = results.reduce(0) { $0 + $1.server.failed } / results.count
            let refused = results.reduce(0) { $0 + $1.refused } / results.count
            let waits = results.compactMap(\.wait)
            var wait = results.allSatisfy { $0.recovery == nil } ? "–" : "not within a minute"
            if waits.count == results.count {
                wait = "\((waits.reduce(0, +) / Double(waits.count) * 10).rounded() / 10) s"
            }
            return "\(failed) | \(refused) | \(wait)"
        }
    }
}
