extension HTTPDate {
    /// The day that a two-digit year means; see ``parse(_:now:ignoringCase:)``.
    static func resolve(
        shortYear: Int64,
        _ moment: (month: Int64, day: Int64, second: Int64),
        weekday: Int,
        now: Int64
    ) -> CivilDate? {
        let now = min(max(now, CivilDate.unixSeconds.lowerBound), CivilDate.unixSeconds.upperBound)
        guard let today = CivilDate(containing: now) else { return nil }
        let secondNow = now - today.daysSinceEpoch * CivilDate.secondsPerDay
        let isLaterInYear = moment > (today.month, today.day, secondNow)

        let horizon = today.year + 50
        var year = horizon - (horizon - shortYear + 100) % 100
        if year == horizon && isLaterInYear { year -= 100 }
        let latest = CivilDate(year: year, month: moment.month, day: moment.day)

        // Only what would lie ahead can have meant the past.
        let isAhead = year > today.year || (year == today.year && isLaterInYear)
        guard isAhead, latest?.weekday != weekday else { return latest }
        let earlier = CivilDate(year: year - 100, month: moment.month, day: moment.day)
        return earlier?.weekday == weekday ? earlier : latest
    }
}
