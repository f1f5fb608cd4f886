import Foundation
import Testing

@testable import Probe

@Suite struct PlacesTests {
    @Test func placesAreBoundedByLinesAndByBytes() {
        let places = Places(lines: 2, bytes: 10)
        #expect(places.tryEnter(bytes: 4))
        #expect(!places.tryEnter(bytes: 7))
        #expect(places.tryEnter(bytes: 6))
        #expect(!places.tryEnter(bytes: 0))
        places.leave(bytes: 4)
        #expect(places.tryEnter(bytes: 0))
    }

    @Test func aLineIsNeverTooLargeByItself() {
        let places = Places(lines: 2, bytes: 10)
        #expect(places.tryEnter(bytes: 100))
        #expect(!places.tryEnter(bytes: 0))
    }

    @Test(.timeLimit(.minutes(1)))
    func whoeverFindsNoPlaceWaitsForOne() async {
        let places = Places(lines: 1)
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                // Many more signals than places: none of them may let two in.
                for _ in 0..<100 {
                    places.enter(bytes: 1)
                    #expect(!places.tryEnter(bytes: 1))
                    DispatchQueue.global().async { places.leave(bytes: 1) }
                }
                #expect(places.waitUntilEmpty(.seconds(30)))
                continuation.resume()
            }
        }
    }

    @Test func waitingForTheEndHasALimit() {
        let places = Places(lines: 1)
        #expect(places.waitUntilEmpty(.zero))
        #expect(places.tryEnter(bytes: 1))
        #expect(!places.waitUntilEmpty(.milliseconds(1)))
    }
}
