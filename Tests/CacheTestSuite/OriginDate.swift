import Foundation

/// Dates as an origin writes them, by a way that has nothing in common with the code under test.
enum OriginDate {
    /// An IMF-fixdate, or the obsolete format with two digits for the year.
    static func text(_ seconds: Int64, isShortYear: Bool) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = isShortYear ? "EEEE, dd-MMM-yy HH:mm:ss 'GMT'" : "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
}
