/// Reads and writes the dates of HTTP fields (RFC 9110 §5.6.7) as Unix seconds.
///
/// ```swift
/// HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT", now: now)  // 784111777
/// HTTPDate.format(784_111_777)                               // "Sun, 06 Nov 1994 08:49:37 GMT"
/// ```
///
/// Bytes in, integers out: no locale, no time zone, no Foundation, and no allocation when parsing.
public enum HTTPDate {
    /// The moment that a field value names, in Unix seconds, or nil if it is not an HTTP date.
    ///
    /// All three formats are read: IMF-fixdate, rfc850-date and asctime-date. A date that does not exist
    /// (30 February) is refused; the leap second 23:59:60 is the second after 23:59:59. The day name has to be a day
    /// name but not the right one: RFC 9110 asks recipients to be robust, and no peer refuses a date for it. Also
    /// read, though outside of the grammar, is the asctime day with one digit and one space (`Thu Jan 1 00:00:00 1970`).
    ///
    /// A two-digit year (rfc850) is the latest that is no more than 50 years ahead of `now`, as RFC 9110 requires. If
    /// that lies ahead and only the century before agrees with the day name, that century is meant: in 2023,
    /// `Thursday, 01-Jan-70` is 1970, not 2070.
    ///
    /// - Parameters:
    ///   - text: The field value, without surrounding white space.
    ///   - now: The current time in Unix seconds; matters for two-digit years only.
    ///   - ignoringCase: Accepts names in any case, as a cache should (RFC 9111 §4.2). Default false: RFC 9110 makes
    ///     dates case-sensitive.
    public static func parse(_ text: some StringProtocol, now: Int64, ignoringCase: Bool = false) -> Int64? {
        text.withUTF8Bytes { bytes in
            var reader = HTTPDateReader(bytes, ignoringCase: ignoringCase)
            return parse(&reader, now: now)
        }
    }

    /// The moment as an IMF-fixdate, the one format that RFC 9110 allows senders; nil outside the years 0…9999.
    ///
    /// - Parameter unixSeconds: Seconds since 1970-01-01T00:00:00Z, -62167219200…253402300799.
    public static func format(_ unixSeconds: Int64) -> String? {
        guard let date = CivilDate(containing: unixSeconds) else { return nil }
        let second = unixSeconds - date.daysSinceEpoch * CivilDate.secondsPerDay
        var text = ""
        text.reserveCapacity(29)
        text += "\(HTTPDateReader.weekdays[date.weekday]), "
        text.append(date.day, digits: 2)
        text += " \(HTTPDateReader.months[Int(date.month - 1)]) "
        text.append(date.year, digits: 4)
        text += " "
        text.append(second / 3600, digits: 2)
        text += ":"
        text.append(second / 60 % 60, digits: 2)
        text += ":"
        text.append(second % 60, digits: 2)
        return text + " GMT"
    }

    private static func parse(_ reader: inout HTTPDateReader, now: Int64) -> Int64? {
        guard let weekday = reader.weekday() else { return nil }
        let date: CivilDate?
        let time: Int64
        switch reader.next {
        case UInt8(ascii: ","):
            // Sun, 06 Nov 1994 08:49:37 GMT
            guard reader.take(", "), let day = reader.digits(2), reader.take(" "), let month = reader.month(),
                reader.take(" "), let year = reader.digits(4), reader.take(" "),
                let second = reader.secondOfDay(), reader.take(" GMT")
            else { return nil }
            (date, time) = (CivilDate(year: year, month: month, day: day), second)
        case UInt8(ascii: " "):
            // Sun Nov  6 08:49:37 1994
            guard reader.take(" "), let month = reader.month(), reader.take(" "), let day = reader.asctimeDay(),
                reader.take(" "), let second = reader.secondOfDay(), reader.take(" "), let year = reader.digits(4)
            else { return nil }
            (date, time) = (CivilDate(year: year, month: month, day: day), second)
        default:
            // Sunday, 06-Nov-94 08:49:37 GMT
            guard reader.takeEnd(ofWeekday: weekday), reader.take(", "), let day = reader.digits(2), reader.take("-"),
                let month = reader.month(), reader.take("-"), let shortYear = reader.digits(2), reader.take(" "),
                let second = reader.secondOfDay(), reader.take(" GMT")
            else { return nil }
            let moment = (month: month, day: day, second: second)
            date = resolve(shortYear: shortYear, moment, weekday: weekday, now: now)
            time = second
        }
        guard let date, reader.isAtEnd else { return nil }
        return date.daysSinceEpoch * CivilDate.secondsPerDay + time
    }
}

extension String {
    fileprivate mutating func append(_ number: Int64, digits: Int) {
        let text = String(number)
        self += String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
