import Dispatch
import ResilientHTTP
import Synchronization
import Testing

@Suite("OneShot")
struct OneShotTests {
    @Test("The first result counts, before and after somebody waits")
    func firstWins() async throws {
        let early = OneShot<Int>()
        #expect(early.resolve(.success(1)))
        #expect(!early.resolve(.success(2)))
        #expect(try await early.value() == 1)
        #expect(!early.resolve(.failure(CancellationError())))
    }

    @Test("Raced by many threads, one wins and the waiter gets the winner's value")
    func races() async throws {
        for _ in 0..<500 {
            let shot = OneShot<Int>()
            let winners = Mutex<[Int]>([])
            async let value = shot.value()
            DispatchQueue.concurrentPerform(iterations: 8) { index in
                if shot.resolve(.success(index)) { winners.withLock { $0.append(index) } }
            }
            let winner = try await value
            #expect(winners.withLock { $0 } == [winner])
        }
    }

    @Test("An error reaches the waiter")
    func failure() async {
        let shot = OneShot<Int>()
        shot.resolve(.failure(CancellationError()))
        await #expect(throws: CancellationError.self) { _ = try await shot.value() }
    }
}
