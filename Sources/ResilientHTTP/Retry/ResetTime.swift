import Foundation

/// When a rate limit resets, in any of the forms that services use: `6m0s`, `1.5`, a Unix time, RFC 3339.
struct ResetTime {
    /// From now, never negative.
    let delay: Duration

    /// A number above this is a Unix time: no limit resets in thirty years.
    private static let smallestUnixTime = 1_000_000_000.0
    /// A number above this is a Unix time in milliseconds, as OpenRouter sends: in seconds it is the year 5138.
    private static let smallestUnixMilliseconds = 100_000_000_000.0

    init?(_ text: String, date: Date) {
        let text = text.trimmingCharacters(in: .whitespaces)
        if let number = Double(text) {
            let value = number >= Self.smallestUnixMilliseconds ? number / 1000 : number
            let seconds = value >= Self.smallestUnixTime ? max(0, value - date.timeIntervalSince1970) : value
            guard let delay = PeerNumber.seconds(seconds) else { return nil }
            self.delay = delay
        } else if let seconds = Self.unitSeconds(text) {
            guard let delay = PeerNumber.seconds(seconds) else { return nil }
            self.delay = delay
        } else if let reset = try? Date(text, strategy: .iso8601) {
            guard let delay = Duration(decimalSeconds: reset.timeIntervalSince(date)) else { return nil }
            self.delay = max(.zero, delay)
        } else {
            return nil
        }
    }

    /// Go's duration syntax, which OpenAI uses: `1h2m3.5s`, `20ms`.
    private static func unitSeconds(_ text: String) -> Double? {
        let units: [(name: String, seconds: Double)] = [("ms", 0.001), ("h", 3600), ("m", 60), ("s", 1), ("d", 86400)]
        var rest = Substring(text)
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            guard let number = Double(digits), let unit = units.first(where: { rest.hasPrefix($0.name) }) else {
                return nil
            }
            total += number * unit.seconds
            rest = rest.dropFirst(unit.name.count)
        }
        return total
    }
}
