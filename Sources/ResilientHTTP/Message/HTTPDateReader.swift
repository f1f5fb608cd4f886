/// Reads the pieces of an HTTP date from left to right; nothing reads past the end, whatever the bytes.
struct HTTPDateReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let ignoringCase: Bool
    private var position = 0

    static let weekdays: [StaticString] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdayEnds: [StaticString] = ["day", "sday", "nesday", "rsday", "day", "urday", "day"]

    init(_ bytes: UnsafeBufferPointer<UInt8>, ignoringCase: Bool) {
        self.bytes = bytes
        self.ignoringCase = ignoringCase
    }

    var isAtEnd: Bool { position == bytes.count }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Moves past the literal if it comes next.
    mutating func take(_ literal: StaticString) -> Bool {
        let taken = literal.withUTF8Buffer { expected in
            expected.count <= bytes.count - position
                && expected.indices.allSatisfy { matches(bytes[position + $0], expected[$0]) }
                ? expected.count : nil
        }
        position += taken ?? 0
        return taken != nil
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int64? {
        guard count <= bytes.count - position else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + count] {
            guard 0x30...0x39 ~= byte else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        position += count
        return value
    }

    /// The three letters of a day name, 0 for Monday.
    mutating func weekday() -> Int? { index(in: Self.weekdays) }

    /// What follows these letters in the day's full name.
    mutating func takeEnd(ofWeekday weekday: Int) -> Bool { take(Self.weekdayEnds[weekday]) }

    /// The three letters of a month, 1 for January.
    mutating func month() -> Int64? { index(in: Self.months).map { Int64($0 + 1) } }

    /// The day of the month in an asctime date: two digits, or a space and a digit. A lone digit is not in the
    /// grammar but is what naive formatters send.
    mutating func asctimeDay() -> Int64? {
        if take(" ") { return digits(1) }
        return digits(2) ?? digits(1)
    }

    /// `time-of-day` as seconds. 60 is legal at 23:59 only, where leap seconds are inserted.
    mutating func secondOfDay() -> Int64? {
        guard let hour = digits(2), take(":"), let minute = digits(2), take(":"), let second = digits(2),
            hour < 24, minute < 60, second < 60 || (hour, minute, second) == (23, 59, 60)
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private mutating func index(in names: [StaticString]) -> Int? {
        for index in names.indices where take(names[index]) { return index }
        return nil
    }

    private func matches(_ byte: UInt8, _ expected: UInt8) -> Bool {
        // 0x20 is what tells a lower-case ASCII letter from its capital.
        byte == expected || (ignoringCase && 0x61...0x7A ~= expected | 0x20 && byte | 0x20 == expected | 0x20)
    }
}
