import Foundation

/// One of the two clients that are compared.
protocol Lane: Sendable {
    /// Sends a request and checks its answer. Always returns: a call that does not end by itself is given up.
    func send(_ request: PlannedRequest, to url: URL) async -> Outcome

    /// Closes the connections.
    func end() async
}
