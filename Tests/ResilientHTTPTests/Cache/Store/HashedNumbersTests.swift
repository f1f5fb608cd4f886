import Testing

@testable import ResilientHTTP

@Suite struct HashedNumbersTests {
    /// Few hashes, so that numbers stand in each other's way, also around the end of the array.
    @Test(arguments: [1, 2, 3] as [UInt64], [3, 40, .max] as [UInt64])
    func itFindsWhatADictionaryFinds(seed: UInt64, hashes: UInt64) {
        var random = SeededGenerator(seed: seed)
        var numbers = HashedNumbers()
        var model: [Int: UInt32] = [:]
        for _ in 0..<20_000 {
            let number = Int(random.next() % 200)
            if let hash = model[number] {
                switch random.next() % 3 {
                case 0:
                    numbers.remove(number, hash)
                    model[number] = nil
                case 1:
                    let other = number + 1000
                    guard model[other] == nil else { continue }
                    numbers.replace(number, hash, with: other)
                    #expect(numbers.first(hash) { $0 == number } == nil)
                    numbers.replace(other, hash, with: number)
                default:
                    #expect(numbers.first(hash) { $0 == number } == number)
                }
            } else {
                let hash = UInt32(truncatingIfNeeded: random.next() % hashes) &* 0x2000_0001
                #expect(numbers.first(hash) { $0 == number } == nil)
                numbers.insert(number, hash)
                model[number] = hash
            }
            #expect(numbers.count == model.count)
        }
        for (number, hash) in model { #expect(numbers.first(hash) { $0 == number } == number) }
    }
}
