/// Where a state goes with a byte: a hash table with open addresses, at most half full.
struct ByteSteps: Sendable {
    private var keys: [UInt32]
    private var values: [Int32]
    /// From the first state, which every text begins in: most bytes are done with one look.
    private var first = [Int32](repeating: 0, count: 256)
    private let mask: Int

    /// Room for so many steps.
    init(count: Int) {
        var size = 64
        while size < count * 2 { size *= 2 }
        keys = [UInt32](repeating: 0, count: size)
        values = [Int32](repeating: 0, count: size)
        mask = size - 1
    }

    /// The next state; nil when there is none.
    func next(_ state: Int32, _ byte: UInt8) -> Int32? {
        if state == 0 {
            let next = first[Int(byte)]
            return next == 0 ? nil : next
        }
        let key = Self.key(state, byte)
        var place = slot(key)
        while keys[place] != 0 {
            if keys[place] == key { return values[place] }
            place = (place + 1) & mask
        }
        return nil
    }

    mutating func insert(_ state: Int32, _ byte: UInt8, _ next: Int32) {
        if state == 0 { return first[Int(byte)] = next }
        let key = Self.key(state, byte)
        var place = slot(key)
        while keys[place] != 0 { place = (place + 1) & mask }
        (keys[place], values[place]) = (key, next)
    }

    /// Not 0, because the first state has a table of its own.
    private static func key(_ state: Int32, _ byte: UInt8) -> UInt32 {
        UInt32(bitPattern: state) << 8 | UInt32(byte)
    }

    private func slot(_ key: UInt32) -> Int {
        Int(truncatingIfNeeded: (key &* 2_654_435_769) >> 7) & mask
    }
}
