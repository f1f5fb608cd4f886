import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A streamed answer read with nothing but URLSession: a data task and its delegate.
final class BareStream: NSObject, URLSessionDataDelegate {
    private struct State {
        var onChunk: [Int: @Sendable (Data) -> Void] = [:]
        var onEnd: [Int: CheckedContinuation<Void, any Error>] = [:]
    }

    private let state = Mutex(State())

    static func session() -> (URLSession, BareStream) {
        let delegate = BareStream()
        let configuration = URLSessionConfiguration.default
        configuration.httpMaximumConnectionsPerHost = Peers.connections
        return (URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil), delegate)
    }

    func read(_ request: URLRequest, _ session: URLSession, onChunk: @escaping @Sendable (Data) -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let task = session.dataTask(with: request)
            state.withLock { state in
                state.onChunk[task.taskIdentifier] = onChunk
                state.onEnd[task.taskIdentifier] = continuation
            }
            task.resume()
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let onChunk = state.withLock { $0.onChunk[dataTask.taskIdentifier] }
        onChunk?(data)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let continuation = state.withLock { state in
            state.onChunk[task.taskIdentifier] = nil
            return state.onEnd.removeValue(forKey: task.taskIdentifier)
        }
        if let error { continuation?.resume(throwing: error) } else { continuation?.resume() }
    }
}
