/// How far a transfer has come.
public struct TransferProgress: Sendable, Hashable {
    /// The bytes so far. A new attempt begins at zero again.
    public let completed: Int64
    /// The bytes in all; nil when the length is not known beforehand.
    public let total: Int64?

    /// Makes a progress.
    public init(completed: Int64, total: Int64?) {
        self.completed = completed
        self.total = total
    }

    /// The part that is done, 0…1; nil when the length is not known, 1 for an empty transfer.
    public var fraction: Double? {
        total.map { $0 > 0 ? min(1, Double(completed) / Double($0)) : 1 }
    }
}
