/// Numbers that somebody else has written, as values with which arithmetic cannot overflow.
///
/// Every count, cost and number of seconds of a peer comes in through here. What is no number or is below zero is nil, for
/// the caller to leave out; what is too large is the largest there is, since RFC 9110 sets no limit to digits.
enum PeerNumber {
    /// The largest count or cost: 10¹⁵, as many as structured fields can say (RFC 9651 §3.3.1). Nine thousand of them
    /// can be added.
    static let largestCount = 1_000_000_000_000_000

    /// A count that is digits and nothing else.
    static func count(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty else { return nil }
        var value = 0
        for byte in text.utf8 {
            guard 0x30...0x39 ~= byte else { return nil }
            value = min(value * 10 + Int(byte - 0x30), largestCount)
        }
        return value
    }

    /// A count.
    static func count(_ value: Int64) -> Int? {
        value >= 0 ? Int(min(value, Int64(largestCount))) : nil
    }

    /// What something cost by the program's reading of an answer; less than nothing is nothing.
    static func cost(_ value: Int) -> Int {
        min(max(0, value), largestCount)
    }

    /// A number of seconds, at most 10⁹.
    static func seconds(_ value: Int64) -> Duration? {
        value >= 0 ? min(.seconds(value), .longest) : nil
    }

    /// A number of seconds, at most 10⁹; nil for NaN and the infinities, too.
    static func seconds(_ value: Double) -> Duration? {
        value >= 0 ? Duration(decimalSeconds: value) : nil
    }
}

extension FixedWidthInteger {
    /// The sum, or the end of the range where it does not fit.
    func addingSaturating(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The product, or the end of the range where it does not fit.
    func multipliedSaturating(by other: Self) -> Self {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}
