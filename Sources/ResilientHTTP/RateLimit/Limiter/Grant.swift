/// What has been taken for one call, and enough to give it back.
struct Grant: Sendable {
    /// What has been taken from one limit.
    struct Claim: Sendable {
        let rule: Int
        let slot: Int
        let generation: UInt32
        /// Which word of the server it was taken under; 0 for none.
        var stamp: UInt32
        let amount: Int
        /// See ``RateMeter/mark(afterTaking:)``.
        let mark: Int128

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
