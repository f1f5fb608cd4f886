import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite struct RevalidationsTests {
    private func entry(_ number: Int) -> CacheEntry {
        CacheEntry(
            key: CacheKey(scope: CredentialScope(high: 0, low: 0), method: .get, url: "\(number)", body: nil),
            status: 200,
            headers: [:],
            body: Data(),
            receivedAt: .zero,
            lifetime: .zero,
            discardAt: .distantFuture
        )
    }

    /// What is remembered of failures is bounded: the pause that ends first is forgotten for a new one.
    @Test func theFailuresOfAThousandEntriesAreKept() {
        let clock = ManualClock()
        let runtime = ClientRuntime.manual(clock)
        let revalidations = Revalidations()
        for number in 0..<1500 {
            #expect(revalidations.begin(entry(number), now: clock.now))
            revalidations.end(entry(number), .failed(told: .seconds(100 + number)), runtime)
        }
        #expect(!revalidations.begin(entry(1499), now: clock.now))
        #expect(!revalidations.begin(entry(1000), now: clock.now))
        #expect(revalidations.begin(entry(0), now: clock.now))
        clock.advance(by: .seconds(2000))
        #expect(revalidations.begin(entry(1499), now: clock.now))
        #expect(!revalidations.begin(entry(1499), now: clock.now))
    }

    @Test func whatSaysNothingAboutTheSourceMakesNoPause() {
        let runtime = ClientRuntime.manual(ManualClock())
        let revalidations = Revalidations()
        for _ in 0..<3 {
            #expect(revalidations.begin(entry(0), now: runtime.now))
            revalidations.end(entry(0), .neutral, runtime)
        }
    }
}
