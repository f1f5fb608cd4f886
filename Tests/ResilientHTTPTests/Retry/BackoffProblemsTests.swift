import ResilientHTTP
import Testing

@Suite("Backoff problems")
struct BackoffProblemsTests {
    @Test(
        "Every factory's defaults and every preset are sound",
        arguments: [
            Backoff.none, .constant(.seconds(1)), .linear(), .exponential(), .decorrelatedV2(), .additive(), .aws(),
            .stainless, .microsoft, .grpc(initial: .milliseconds(100), multiplier: 2, cap: .seconds(1)),
        ]
    )
    func sound(backoff: Backoff) {
        #expect(backoff.problems.isEmpty)
    }

    @Test(
        "All problems are listed at once, by configuration key",
        arguments: [
            (
                Backoff.exponential(base: .seconds(-1), factor: 0.5, cap: .seconds(-2), jitter: .proportional(1.5)),
                ["base", "factor", "cap", "cap", "jitter_amount"]
            ),
            (.exponential(base: .seconds(9)), ["cap"]),
            (.exponential(factor: .nan), ["factor"]),
            (.exponential(factor: .infinity, jitter: .symmetric(.nan)), ["factor", "jitter_amount"]),
            (.linear(increment: .seconds(-1)), ["increment"]),
            (.constant(.seconds(-1), jitter: .decorrelated), ["delay", "jitter"]),
            (.decorrelatedV2(base: .seconds(-1)), ["base"]),
            (.additive(max: .zero, spread: -0.1), ["max", "spread"]),
        ]
    )
    func problems(backoff: Backoff, paths: [String]) {
        #expect(backoff.problems.map(\.path) == paths)
    }
}
