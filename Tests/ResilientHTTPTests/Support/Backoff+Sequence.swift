import ResilientHTTP

extension Backoff {
    /// The delays of one call's retries, in seconds, one for each random number.
    func delays(_ random: [Double]) -> [Double] {
        var state = State()
        return random.enumerated().map { delay(retry: $0.offset, state: &state, random: $0.element).decimalSeconds }
    }
}
