import Foundation
import Testing

@testable import ResilientHTTP

/// The tables by which AWS's retry specification checks its cubic rate, and the same formulas worked out again.
@Suite struct CubicRateTests {
    @Test func successesFollowTheCurve() {
        let curve = CubicRate(lastMaximum: 10, lastThrottling: .seconds(5))
        let expected = [
            7.0, 9.648936009660, 10.000030849917, 10.453284520772, 13.408697022224, 21.266268354274, 36.425998516920,
        ]
        for (index, rate) in expected.enumerated() {
            let computed = curve.afterSuccess(at: .seconds(5 + index))
            #expect((computed - rate).magnitude < 1e-9, "\(index)")
        }
    }

    @Test func aThrottlingLeavesSevenTenthsAndTheCurveStartsThere() {
        var curve = CubicRate(lastMaximum: 10, lastThrottling: .seconds(5))
        let before = curve.afterSuccess(at: .seconds(6))
        #expect((curve.afterThrottling(rate: before, at: .seconds(7)) - 0.7 * before).magnitude < 1e-9)
        #expect((curve.afterSuccess(at: .seconds(7)) - 0.7 * before).magnitude < 1e-9)
        // Back at the old rate after K = ∛(W · 0.3 / 0.4) seconds.
        let turn = cbrt(before * 0.75)
        #expect(
            (curve.afterSuccess(at: .seconds(7) + (Duration(decimalSeconds: turn) ?? .zero)) - before).magnitude < 1e-6
        )
    }

    /// Measured rate and rate of the bucket, answer by answer.
    @Test func measuredAndAllowedRateFollowTheTable() {
        let table: [(seconds: Double, isThrottling: Bool, measured: Double, allowed: Double)] = [
            (0.2, false, 0, 0.5), (0.4, false, 0, 0.5), (0.6, false, 4.8, 0.5), (0.8, false, 4.8, 0.5),
            (1.0, false, 4.16, 0.5), (1.2, false, 4.16, 0.5), (1.4, false, 4.16, 0.5), (1.6, false, 5.632, 0.5),
            (1.8, false, 5.632, 0.5), (2.0, true, 4.3264, 3.028480), (2.2, false, 4.3264, 3.486639),
            (2.4, false, 4.3264, 3.821874), (2.6, false, 5.665280, 4.053386), (2.8, false, 5.665280, 4.200373),
            (3.0, false, 4.333056, 4.282037), (3.2, true, 4.333056, 2.997426), (3.4, false, 4.333056, 3.452226),
        ]
        var rate = AdaptiveRate(AdaptiveRateConfiguration(), now: .zero)
        for row in table {
            rate.note(isThrottling: row.isThrottling, now: .zero + (Duration(decimalSeconds: row.seconds) ?? .zero))
            #expect((rate.measuredRate - row.measured).magnitude < 1e-6, "at \(row.seconds)")
            #expect((rate.fillRate - row.allowed).magnitude < 1e-6, "at \(row.seconds)")
        }
    }

    @Test func nothingIsHeldUpBeforeTheFirstThrottling() {
        var rate = AdaptiveRate(AdaptiveRateConfiguration(), now: .zero)
        for _ in 0..<10_000 { #expect(rate.takeIfAvailable(1, now: .zero) == true) }
        #expect(rate.ready(for: 1, now: .zero) == .zero)
        rate.note(isThrottling: true, now: .zero)
        #expect(rate.takeIfAvailable(1, now: .zero) == false)
        // At the lowest rate, one in two seconds.
        #expect(rate.ready(for: 1, now: .zero) == .zero + .seconds(2))
        #expect(rate.takeIfAvailable(1, now: .zero + .seconds(2)) == true)
    }

    @Test func noNumberMakesItStuckOrTrap() {
        for value in [0, -1, .nan, .infinity, -.infinity, 1e308] {
            var curve = CubicRate(beta: value, scale: value, lastMaximum: value)
            #expect(curve.afterThrottling(rate: value, at: .seconds(1)) >= 0)
        }
        var rate = AdaptiveRate(AdaptiveRateConfiguration(), now: .zero)
        rate.note(isThrottling: true, now: .zero)
        rate.note(isThrottling: false, now: .distantFuture)
        #expect(rate.fillRate.isFinite)
        #expect(rate.takeIfAvailable(1, now: .distantFuture) == true)
    }
}
