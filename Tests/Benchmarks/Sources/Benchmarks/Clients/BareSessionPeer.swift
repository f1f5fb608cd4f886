import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// URLSession with nothing around it.
final class BareSessionPeer: Caller {
    let name = "URLSession, bare"
    private let session: URLSession

    init() {
        let configuration = URLSessionConfiguration.default
        // Its default of six would hold it back.
        configuration.httpMaximumConnectionsPerHost = Peers.connections
        session = URLSession(configuration: configuration)
    }

    func call(_ load: Load) async throws {
        var request = URLRequest(url: load.url)
        guard !load.workload.isGet else {
            return try WrongAnswer.check(status: 200, bytes: await session.bytes(request).count, load.workload)
        }
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try ChatRequest().json
        try ChatCompletion.check(await session.bytes(request))
    }

    func end() async {
        session.finishTasksAndInvalidate()
    }
}

extension URLSession {
    /// The body of an answer of 200. With a completion handler: the async calls of 6.3 can deadlock when they are
    /// cancelled.
    func bytes(_ request: URLRequest) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            dataTask(with: request) { data, response, error in
                if let error { return continuation.resume(throwing: error) }
                let status = (response as? HTTPURLResponse)?.statusCode ?? 0
                guard status == 200 else { return continuation.resume(throwing: WrongAnswer("status \(status)")) }
                continuation.resume(returning: data ?? Data())
            }.resume()
        }
    }
}
