/// What one client went through.
struct OutageRecord: Sendable {
    /// By their place.
    var calls: [OutageCall] = []
    /// When the service was well again, from the start of the load.
    var recovery: Duration = .zero
    /// Whether things were back to normal before patience ended.
    var isBack = false
}
