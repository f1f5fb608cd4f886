import Testing

@testable import ResilientHTTP

@Suite("SeededRandomSource")
struct SeededRandomSourceTests {
    @Test("It is SplitMix64: the reference's first numbers for seed 1234567")
    func reference() {
        let source = SeededRandomSource(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in source.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ]
        )
    }

    @Test("Numbers are in [0, 1), fill it, and repeat with the seed")
    func uniform() {
        let source = SeededRandomSource(seed: 7)
        let numbers = (0..<10_000).map { _ in source.uniform() }
        #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.02)
        let again = SeededRandomSource(seed: 7)
        #expect((0..<100).map { _ in again.uniform() } == Array(numbers.prefix(100)))
    }

    @Test("The highest bits do not round up to 1")
    func edge() {
        struct Highest: RandomSource {
            func next() -> UInt64 { .max }
        }
        #expect(Highest().uniform() < 1)
    }

    @Test("Request ids of a client do not repeat over 100,000 calls and are 32 hexadecimal digits")
    func requestIDs() {
        let source = RequestIDSource(ClientRuntime(random: SeededRandomSource(seed: 1)))
        let ids = Set((0..<100_000).map { _ in source.next().description })
        #expect(ids.count == 100_000)
        #expect(ids.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }
}
