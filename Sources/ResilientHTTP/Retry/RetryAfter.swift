/// When a server said to come back: the meaning of a `Retry-After` field (RFC 9110 §10.2.3).
///
/// ```swift
/// let hint = RetryAfter("Fri, 29 Sep 2023 16:26:57 GMT", now: now)
/// let wait = hint?.delay(now: now)
/// ```
///
/// Says what the field means, not what to do about it: limits are the retry policy's.
public enum RetryAfter: Sendable, Equatable {
    /// `delay-seconds`: wait this long, counted from the arrival of the response.
    case delay(Duration)

    /// `HTTP-date`: wait until this moment, in Unix seconds.
    case date(unixSeconds: Int64)

    /// The longest delay there is: 10⁹ seconds. RFC 9110 sets no limit to the number of digits, so what is longer is
    /// taken for this, not for an error.
    public static let maximumDelay: Duration = .longest

    /// Reads the field exactly as RFC 9110 defines it: digits, or one of the three formats of HTTP-date.
    ///
    /// White space around the value is dropped. A sign, a fraction, an exponent, `inf` and a second value make it nil;
    /// for vendors who send fractions see ``seconds(_:)``.
    ///
    /// - Parameters:
    ///   - fieldValue: The value of one field line.
    ///   - now: The current time in Unix seconds; matters for dates with two-digit years only.
    public init?(_ fieldValue: some StringProtocol, now: Int64) {
        let value = fieldValue.trimmingOptionalWhitespace
        if let delay = Self.duration(value, unit: .seconds(1), allowingFraction: false) {
            self = .delay(delay)
        } else if let unixSeconds = HTTPDate.parse(value, now: now) {
            self = .date(unixSeconds: unixSeconds)
        } else {
            return nil
        }
    }

    /// Reads `retry-after-ms` and `x-ms-retry-after-ms`: a decimal number of milliseconds, fractions allowed, because
    /// the SDKs that define these fields read a float.
    ///
    /// The number is digits with an optional point and digits; nil for all else. White space around it is dropped.
    public static func milliseconds(_ fieldValue: some StringProtocol) -> RetryAfter? {
        duration(fieldValue.trimmingOptionalWhitespace, unit: .milliseconds(1), allowingFraction: true)
            .map(RetryAfter.delay)
    }

    /// Reads a `Retry-After` of a vendor who sends fractions of a second, such as `1.5`; no dates.
    ///
    /// Not RFC 9110, hence apart from ``init(_:now:)``. The number is digits with an optional point and digits; nil for
    /// all else. White space around it is dropped.
    public static func seconds(_ fieldValue: some StringProtocol) -> RetryAfter? {
        duration(fieldValue.trimmingOptionalWhitespace, unit: .seconds(1), allowingFraction: true)
            .map(RetryAfter.delay)
    }

    /// How long a server that refuses asks to wait, by `retry-after-ms`, `x-ms-retry-after-ms` or `Retry-After`; nil when
    /// none of them can be read.
    ///
    /// The millisecond fields go first: they are the same statement, said more precisely. Where one stands several times,
    /// in lines of its own or joined by commas as some transports hand them on, the longest counts: nobody is asked
    /// earlier than any of them says.
    ///
    /// - Parameters:
    ///   - headers: those of the answer.
    ///   - now: the time since 1970-01-01T00:00:00Z.
    static func delay(in headers: HeaderFields, now: Duration) -> Duration? {
        for name in [HeaderFields.Name.retryAfterMilliseconds, .xMillisecondsRetryAfter] {
            if let longest = longest(of: name, in: headers, now: now, read: { milliseconds($0) }) { return longest }
        }
        return longest(of: .retryAfter, in: headers, now: now) { value in
            RetryAfter(value, now: now.components.seconds) ?? seconds(value)
        }
    }

    private static func longest(
        of name: HeaderFields.Name,
        in headers: HeaderFields,
        now: Duration,
        read: (Substring) -> RetryAfter?
    ) -> Duration? {
        var longest: Duration?
        for field in headers where field.name == name {
            var rest = field.value[...]
            while !rest.isEmpty {
                let comma = rest.firstIndex(of: ",") ?? rest.endIndex
                let next = rest[comma...].dropFirst().firstIndex(of: ",") ?? rest.endIndex
                // The date of RFC 9110 §5.6.7 has a comma of its own, after the day's name.
                let ends = comma == rest.endIndex ? [comma] : [next, comma]
                let end = ends.first { read(rest[..<$0]) != nil } ?? comma
                if let delay = read(rest[..<end])?.delay(now: now) { longest = max(longest ?? .zero, delay) }
                rest = rest[end...].dropFirst()
            }
        }
        return longest
    }

    /// How long to wait from `now`, in Unix seconds: zero for a moment that has passed, at most ``maximumDelay``.
    public func delay(now: Int64) -> Duration {
        delay(now: .seconds(now))
    }

    /// How long to wait from `now`, the time since 1970-01-01T00:00:00Z with its fraction of a second: zero for a
    /// moment that has passed, at most ``maximumDelay``.
    public func delay(now: Duration) -> Duration {
        switch self {
        case .delay(let delay): min(max(delay, .zero), Self.maximumDelay)
        case .date(let unixSeconds): min(max(.seconds(unixSeconds) - now, .zero), Self.maximumDelay)
        }
    }

    /// `1*DIGIT`, or `1*DIGIT [ "." 1*DIGIT ]`, of the unit.
    private static func duration(_ text: some StringProtocol, unit: Duration, allowingFraction: Bool) -> Duration? {
        // Beyond these the digits change nothing: the delay is over the maximum, or the fraction below a picosecond.
        let wholeLimit: Int64 = 1_000_000_000_000
        let fractionLimit: Int64 = 1_000_000_000_000
        var whole: Int64 = 0
        var fraction: Int64 = 0
        var scale: Int64 = 1
        var isFraction = false
        var digitIsDue = true
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), allowingFraction, !isFraction, !digitIsDue {
                (isFraction, digitIsDue) = (true, true)
                continue
            }
            guard 0x30...0x39 ~= byte else { return nil }
            digitIsDue = false
            let digit = Int64(byte - 0x30)
            if !isFraction {
                whole = min(whole * 10 + digit, wholeLimit)
            } else if scale < fractionLimit {
                (fraction, scale) = (fraction * 10 + digit, scale * 10)
            }
        }
        return digitIsDue ? nil : min(unit * whole + unit * fraction / scale, maximumDelay)
    }
}

extension HeaderFields.Name {
    static let retryAfterMilliseconds = Self(constant: "Retry-After-Ms")
    static let xMillisecondsRetryAfter = Self(constant: "X-Ms-Retry-After-Ms")
}
