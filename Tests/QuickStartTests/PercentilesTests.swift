import Testing

@testable import QuickStart

@Suite struct PercentilesTests {
    @Test func theNearestRankIsTaken() {
        let percentiles = Percentiles((1...200).reversed().map { .milliseconds($0) })
        #expect(percentiles[50] == 100)
        #expect(percentiles[95] == 190)
        #expect(percentiles[100] == 200)
        #expect(Percentiles([.microseconds(1_234)])[50] == 1.234)
        #expect(Percentiles([])[50] == 0)
    }
}
