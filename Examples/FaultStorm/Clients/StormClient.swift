/// A client that calls can be sent through.
protocol StormClient: Sendable {
    /// Sends a call to its end.
    func result(of call: PlannedCall) async -> CallResult

    /// What is still held when no call is under way; empty as it should be.
    var held: [String] { get }

    /// Closes the connections.
    func end() async
}
