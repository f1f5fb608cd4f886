import Foundation
import ResilientHTTP
import Synchronization

/// Requests for the same file under other names, made beforehand: more of them than a cache keeps answers.
final class RequestVariations: Sendable {
    private struct State {
        var url: URL?
        var requests: [ClientRequest] = []
        var taken = 0
    }

    private static let count = 4096
    private let state = Mutex(State())

    func prepare(_ url: URL) throws {
        try state.withLock { state in
            guard state.url != url else { return }
            state.url = url
            state.requests = try (0..<Self.count).map { number in
                guard let varied = URL(string: "\(url.absoluteString)?page=\(number)") else {
                    throw CancellationError()
                }
                return ClientRequest(url: varied)
            }
        }
    }

    /// The next one, round and round; nil before there are any.
    var next: ClientRequest? {
        state.withLock { state in
            guard !state.requests.isEmpty else { return nil }
            state.taken += 1
            return state.requests[state.taken % Self.count]
        }
    }
}
