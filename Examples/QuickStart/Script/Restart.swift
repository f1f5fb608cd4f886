import Dispatch

/// A server that is down for a moment, as during a deployment: its port refuses connections.
enum Restart {
    static let length: Duration = .milliseconds(100)
    /// One batch of requests in so many is sent while the server is down.
    static let batchInterval = 3

    /// Waits for the restart's length on a timer, without a thread.
    static func wait() async {
        await withCheckedContinuation { continuation in
            let (seconds, attoseconds) = length.components
            let delay = Double(seconds) + Double(attoseconds) / 1e18
            DispatchQueue.global().asyncAfter(deadline: .now() + delay) { continuation.resume() }
        }
    }
}
