/// What has been taken for one call, and enough to give it back.
struct Grant: Sendable {
    /// What has been taken from one limit.
    struct Claim: Sendable {
        fileprivate let ruleNumber: Int32
        fileprivate let slotNumber: Int32
        let generation: UInt32
        /// Which word of the server it was taken under; 0 for none.
        var stamp: UInt32
        let amount: Int
        /// See ``RateMeter/mark(afterTaking:)``.
        let mark: Int128

        var rule: Int { Int(ruleNumber) }
        var slot: Int { Int(slotNumber) }

        init(rule: Int, slot: Int, generation: UInt32, stamp: UInt32, amount: Int, mark: Int128) {
            (ruleNumber, slotNumber) = (Int32(truncatingIfNeeded: rule), Int32(truncatingIfNeeded: slot))
            (self.generation, self.stamp, self.amount, self.mark) = (generation, stamp, amount, mark)
        }

        func refund(_ amount: Int, takenAt: MonotonicTime) -> RateRefund {
            RateRefund(amount: amount, taken: self.amount, takenAt: takenAt, mark: mark)
        }
    }

    let takenAt: MonotonicTime
    /// Nearly every limiter has one limit, which needs no array.
    private(set) var first: Claim?
    private(set) var others: [Claim] = []

    init(takenAt: MonotonicTime) {
        self.takenAt = takenAt
    }

    mutating func add(_ claim: Claim) {
        if first == nil { first = claim } else { others.append(claim) }
    }

    func forEach(_ body: (Claim) -> Void) {
        if let first { body(first) }
        for claim in others { body(claim) }
    }
}
