import Testing

@testable import ResilientHTTP

struct HashIndexTests {
    /// Few hashes for many numbers, so that all of them stand in each other's way.
    @Test(arguments: [3, 40, 1_000_000])
    func findsWhatADictionaryFinds(hashes: Int) {
        var random = SeededGenerator(seed: UInt64(hashes))
        var index = HashIndex()
        var model: [Int: Int] = [:]
        var removals = 0
        for _ in 0..<20_000 {
            let number = Int.random(in: 0..<400, using: &random)
            if let hash = model[number] {
                index.remove(number, hash: hash)
                model[number] = nil
                removals += 1
            } else {
                let hash = Int.random(in: 0..<hashes, using: &random) &* 0x9E37_79B9
                index.insert(number, hash: hash)
                model[number] = hash
            }
            let wanted = Int.random(in: 0..<400, using: &random)
            let hash = model[wanted] ?? Int.random(in: 0..<hashes, using: &random) &* 0x9E37_79B9
            #expect(index.find(hash) { $0 == wanted } == (model[wanted] == nil ? nil : wanted))
        }
        #expect(removals > 5_000)
        #expect(index.count == model.count)
        for (number, hash) in model { #expect(index.find(hash) { $0 == number } == number) }
    }

    @Test func removingWhatIsNotThereChangesNothing() {
        var index = HashIndex()
        index.remove(1, hash: 7)
        index.insert(1, hash: 7)
        index.remove(2, hash: 7)
        #expect(index.count == 1)
        #expect(index.find(7) { $0 == 1 } == 1)
        #expect(index.find(8) { _ in true } == nil)
    }
}
