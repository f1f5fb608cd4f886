import ResilientHTTP
import Testing

@Suite("Civil dates")
struct CivilDateTests {
    @Test("Every day of the calendar's 400-year cycle follows the day before, and maps back to itself")
    func everyDay() throws {
        let firstDay: Int64 = -719_528
        var previous = try #require(CivilDate(year: 0, month: 1, day: 1))
        #expect(previous.daysSinceEpoch == firstDay)
        #expect(previous.weekday == 5)
        for days in firstDay + 1...firstDay + 146_097 {
            let date = try #require(CivilDate(containing: days * 86_400 + 86_399))
            // The next day, or where that does not exist the first of the next month, or of the next year.
            let next =
                CivilDate(year: previous.year, month: previous.month, day: previous.day + 1)
                ?? CivilDate(year: previous.year, month: previous.month + 1, day: 1)
                ?? CivilDate(year: previous.year + 1, month: 1, day: 1)
            guard date == next, date.daysSinceEpoch == days, date.weekday == (previous.weekday + 1) % 7 else {
                Issue.record("\(date) does not follow \(previous)")
                return
            }
            previous = date
        }
        #expect(previous == CivilDate(year: 400, month: 1, day: 1))
    }
}
