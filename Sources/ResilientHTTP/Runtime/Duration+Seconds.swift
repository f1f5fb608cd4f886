extension Duration {
    /// The longest interval that arithmetic on delays has to hold: 10⁹ seconds, almost 32 years.
    ///
    /// As nanoseconds it is 10¹⁸, so that it can be added to any uptime without leaving 64 bits.
    package static let longest: Duration = .seconds(1_000_000_000)

    /// Decimal seconds, as configuration files have them, rounded to the nearest nanosecond.
    ///
    /// Nil for NaN and the infinities; anything beyond ±10⁹ seconds becomes ±10⁹ seconds (``longest``).
    package init?(decimalSeconds: Double) {
        guard decimalSeconds.isFinite else { return nil }
        let seconds = min(max(decimalSeconds, -1e9), 1e9)
        let whole = Int64(seconds)
        // Not the closest attosecond: 8.1 − 8 is 0.09999999999999964, and a file that says 8.1 means 8.1.
        let nanoseconds = (seconds - Double(whole)) * 1e9
        self = .seconds(whole) + .nanoseconds(Int64(nanoseconds + (nanoseconds < 0 ? -0.5 : 0.5)))
    }

    /// The duration in seconds; exact to the last digit of a `Double` for whole nanoseconds up to 90 days, so that
    /// 8.1 seconds are written as 8.1.
    package var decimalSeconds: Double {
        let (seconds, attoseconds) = components
        if seconds.magnitude < 8_388_608, attoseconds % 1_000_000_000 == 0 {
            return Double(seconds * 1_000_000_000 + attoseconds / 1_000_000_000) / 1e9
        }
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
