import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A call of URLSession that ends once: by its completion handler or because nobody waits any longer.
final class BareCall: Sendable {
    private let continuation: Mutex<CheckedContinuation<Result, Never>?>

    init(_ continuation: CheckedContinuation<Result, Never>) {
        self.continuation = Mutex(continuation)
    }

    func finish(_ result: Result) {
        continuation.withLock { $0.take() }?.resume(returning: result)
    }
}

extension BareCall {
    /// What the completion handler got.
    enum Result: Sendable {
        case answered(Answer)
        case failed(String)

        init(_ data: Data?, _ response: URLResponse?, _ error: (any Error)?) {
            if let error {
                self = .failed("URLError \((error as? URLError)?.code.rawValue ?? (error as NSError).code)")
            } else if let response = response as? HTTPURLResponse {
                let digest = response.value(forHTTPHeaderField: "X-Digest")
                self = .answered(Answer(status: response.statusCode, digest: digest, body: data ?? Data()))
            } else {
                self = .failed("no answer")
            }
        }

        func problem(for request: PlannedRequest) -> String? {
            switch self {
            case .answered(let answer): answer.problem(for: request)
            case .failed(let problem): problem
            }
        }
    }
}
