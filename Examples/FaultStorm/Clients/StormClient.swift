/// A client that calls can be sent through.
protocol StormClient: Sendable {
    /// Sends a call to its end.
    func result(of call: PlannedCall) async -> CallResult

    /// Closes the connections.
    func end() async
}
