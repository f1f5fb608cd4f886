import Foundation

/// The rate of the adaptive mode as a function of time: CUBIC (RFC 9438 §4.2) applied to requests a second, as in
/// the retry specification of the AWS SDKs.
///
/// After a throttling at rate `W` the rate is `β · W`, and `t` seconds later `C · (t − K)³ + W` with
/// `K = ∛(W · (1 − β) / C)`: quickly back towards `W`, slowly past it, then faster and faster.
public struct CubicRate: Sendable, Hashable {
    private let beta: Double
    private let scale: Double
    /// The rate at which the last throttling happened.
    public private(set) var lastMaximum: Double
    /// Seconds from the last throttling until the rate is back where it was.
    private var turn: Double
    private var lastThrottling: Duration

    /// Makes a curve.
    ///
    /// - Parameters:
    ///   - beta: What is left of the rate after a throttling. Default: 0.7.
    ///   - scale: The constant `C`. Default: 0.4.
    ///   - lastMaximum: The rate of the last throttling. Default: 0.
    ///   - lastThrottling: When it was, on any clock. Default: zero.
    public init(beta: Double = 0.7, scale: Double = 0.4, lastMaximum: Double = 0, lastThrottling: Duration = .zero) {
        self.beta = beta.isFinite ? min(max(beta, 0.01), 0.99) : 0.7
        self.scale = scale.isFinite ? max(scale, 0.001) : 0.4
        self.lastThrottling = lastThrottling
        self.lastMaximum = lastMaximum.isFinite ? max(0, lastMaximum) : 0
        turn = 0
        turn = zeroPoint
    }

    private var zeroPoint: Double {
        cbrt(lastMaximum * (1 - beta) / scale)
    }

    /// The rate that the curve allows after a success at a time of the same clock.
    public func afterSuccess(at time: Duration) -> Double {
        let distance = (time - lastThrottling).decimalSeconds - turn
        return scale * distance * distance * distance + lastMaximum
    }

    /// Notes a throttling that happened at a rate, and returns the rate that is left.
    public mutating func afterThrottling(rate: Double, at time: Duration) -> Double {
        lastMaximum = rate.isFinite ? max(0, rate) : lastMaximum
        lastThrottling = time
        turn = zeroPoint
        return lastMaximum * beta
    }
}
