import Testing

@testable import ResilientHTTP

/// What the server's successive words leave of a key.
@Suite struct ServerAllowanceTests {
    private func time(_ seconds: Double) -> MonotonicTime { MonotonicTime.zero + .seconds(1000) + .seconds(seconds) }

    /// Hears that so much is left for so long, at a time.
    private func hear(
        _ allowance: inout ServerAllowance,
        left: Int,
        for seconds: Double,
        at now: Double = 0,
        name: String = "",
        refill: Duration? = nil
    ) {
        let word = ServerAllowance.Word(name: name, left: left, wait: .seconds(seconds), refill: refill)
        allowance.hear(word, longest: .seconds(120), now: time(now))
    }

    @Test func theWordOfANewerWindowReplacesTheOld() {
        var allowance = ServerAllowance()
        hear(&allowance, left: 2, for: 5)
        hear(&allowance, left: 99, for: 60, at: 4.5)
        #expect(allowance.left(now: time(4.6)) == 99)
        // Late, from the window before.
        hear(&allowance, left: 0, for: 1, at: 4.7)
        #expect(allowance.left(now: time(4.8)) == 99)
    }

    @Test func withinAWindowTheSmallerCounts() {
        var allowance = ServerAllowance()
        hear(&allowance, left: 50, for: 60)
        hear(&allowance, left: 40, for: 58, at: 1)
        // Overtaken on the way; its second was rounded another way.
        hear(&allowance, left: 45, for: 59, at: 1.5)
        #expect(allowance.left(now: time(2)) == 40)
        #expect(allowance.until >= time(59) && allowance.until <= time(61))
    }

    @Test func aLongWindowIsOneWindowHoweverShortTheWordHolds() {
        var allowance = ServerAllowance()
        hear(&allowance, left: 50, for: 3600)
        hear(&allowance, left: 70, for: 3500, at: 100)
        #expect(allowance.left(now: time(101)) == 50)
        #expect(allowance.until == time(220))
        hear(&allowance, left: 70, for: 3600, at: 110)
        #expect(allowance.left(now: time(111)) == 70)
    }

    @Test func quotasWithDifferentNamesHoldTogether() {
        var allowance = ServerAllowance()
        hear(&allowance, left: 5, for: 100, name: "day")
        hear(&allowance, left: 0, for: 1, name: "second")
        #expect(allowance.ready(for: 1, now: time(0)) == time(1))
        #expect(allowance.left(now: time(2)) == 5)
        #expect(allowance.ready(for: 6, now: time(2)) == time(100))
    }

    @Test func whatRefillsSteadilyComesBackUnitByUnit() {
        var allowance = ServerAllowance()
        hear(&allowance, left: 0, for: 60, refill: .seconds(1))
        #expect(allowance.ready(for: 1, now: time(0)) == time(1))
        #expect(allowance.ready(for: 10, now: time(0)) == time(10))
        #expect(allowance.ready(for: 1000, now: time(0)) == time(60))
        #expect(allowance.left(now: time(2.5)) == 2)
        allowance.take(2, now: time(2.5), waiting: 0)
        #expect(allowance.ready(for: 1, now: time(2.5)) == time(3))
    }

    @Test func aPauseIsNeverShortened() {
        var allowance = ServerAllowance()
        allowance.pause(for: .seconds(30), now: time(0))
        allowance.pause(for: .seconds(1), now: time(1))
        hear(&allowance, left: 100, for: 60, at: 2)
        #expect(allowance.left(now: time(3)) == 0)
        #expect(allowance.ready(for: 1, now: time(3)) == time(30))
        #expect(allowance.left(now: time(30)) == 100)
    }

    @Test func aRefusalThatSaysWhenCountsWhateverWasKnown() {
        var allowance = ServerAllowance()
        hear(&allowance, left: 0, for: 60)
        var word = ServerAllowance.Word(left: 0, wait: .seconds(1))
        word.isRefusal = true
        allowance.hear(word, longest: .seconds(120), now: time(5))
        #expect(allowance.ready(for: 1, now: time(5)) == time(6))
    }

    @Test func noNumberOverflows() {
        for left in [Int.min, -1, 0, 1, PeerNumber.largestCount, Int.max] {
            for wait in [Duration.zero, .nanoseconds(1), .seconds(1), .seconds(Int64.max)] {
                for refill in [nil, Duration.zero, .nanoseconds(1), .seconds(1), .seconds(Int64.max)] {
                    var allowance = ServerAllowance()
                    for now in [0, Int64.max / 2, Int64.max - 1].map(MonotonicTime.init(nanoseconds:)) {
                        let word = ServerAllowance.Word(left: left, wait: wait, refill: refill)
                        allowance.hear(word, longest: .seconds(Int64.max), now: now)
                        for amount in [0, 1, Int.max] {
                            _ = allowance.ready(for: amount, now: now)
                            allowance.giveBack(amount)
                            allowance.take(amount, now: now, waiting: amount)
                            _ = (allowance.left(now: now), allowance.until)
                        }
                        allowance.pause(for: wait, now: now)
                    }
                }
            }
        }
    }

    @Test func namesAreBounded() {
        var allowance = ServerAllowance()
        for number in 0..<1000 { hear(&allowance, left: number, for: 100, name: "\(number)") }
        #expect(allowance.left(now: time(1)) == 0)
    }
}
