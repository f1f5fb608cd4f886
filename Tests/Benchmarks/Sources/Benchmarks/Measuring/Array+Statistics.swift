extension [Double] {
    /// The one in the middle; nil of none.
    var median: Double? { percentile(0.5) }

    /// The one below which this share of them is; nil of none.
    func percentile(_ share: Double) -> Double? {
        guard !isEmpty else { return nil }
        return sorted()[Swift.min(count - 1, Int(share * Double(count)))]
    }
}
