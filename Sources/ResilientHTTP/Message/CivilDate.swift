/// A day of the proleptic Gregorian calendar in the years 0…9999, all that an HTTP date can name.
///
/// Integer arithmetic after Howard Hinnant, "chrono-compatible low-level date algorithms". The narrow range is what
/// makes it overflow-free: no input gets past the initialisers that the arithmetic could not hold.
package struct CivilDate: Sendable, Hashable {
    /// Year, 0…9999.
    package let year: Int64
    /// Month, 1…12.
    package let month: Int64
    /// Day of the month, from 1.
    package let day: Int64

    /// Unix seconds from the first second of year 0 to the last of year 9999.
    package static let unixSeconds: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    static let secondsPerDay: Int64 = 86_400

    /// Nil for a day that does not exist: a 30th of February, a month 13, a year beyond 9999.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard 0...9999 ~= year, 1...12 ~= month, 1...Self.lastDay(ofMonth: month, year: year) ~= day else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day that contains the moment, in UTC; nil outside ``unixSeconds``.
    package init?(containing unixSeconds: Int64) {
        guard Self.unixSeconds.contains(unixSeconds) else { return nil }
        // Starting one 400-year cycle early keeps every intermediate value positive, so that `/` and `%` round down.
        let start = Self.unixSeconds.lowerBound
        let days = (unixSeconds - start) / Self.secondsPerDay - 60 + Self.daysPerCycle
        let dayOfCycle = days % Self.daysPerCycle
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        // The year is taken to begin in March, so that the leap day is its last.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfCycle + (days / Self.daysPerCycle - 1) * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    package var daysSinceEpoch: Int64 {
        let marchYear = year + 400 - (month <= 2 ? 1 : 0)
        let yearOfCycle = marchYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return (marchYear / 400 - 1) * Self.daysPerCycle + dayOfCycle - 719_468
    }

    /// Day of the week, 0 for Monday.
    package var weekday: Int {
        // 1970-01-01 was a Thursday; 719,530 is a multiple of seven that makes the dividend positive.
        Int((daysSinceEpoch + 719_530 + 3) % 7)
    }

    private static let daysPerCycle: Int64 = 146_097

    private static func lastDay(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
