import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// URLSession as it is: a session of its own, a timeout, completion handlers.
///
/// Not the async `data(for:)`, which on Linux can deadlock every session of the process when a call is cancelled near
/// its end. No retries, because URLSession has none to switch on; what libcurl repeats below it, it repeats unasked.
struct BareLane: Lane {
    private let session: URLSession
    private let timeout: Int
    /// `dataTask` and `resume` block on a queue that all sessions share; a Swift task's thread must not wait there.
    private let queue = DispatchQueue(label: "QuickStart.BareLane")

    init(_ settings: LaneSettings) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = TimeInterval(settings.limits.bareTimeoutSeconds)
        configuration.httpMaximumConnectionsPerHost = Load.workers
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        session = URLSession(configuration: configuration)
        timeout = settings.limits.bareTimeoutSeconds
    }

    func send(_ request: PlannedRequest, to url: URL) async -> Outcome {
        let clock = ContinuousClock()
        let started = clock.now
        let problem = await answer(to: urlRequest(request, url)).problem(for: request)
        return Outcome(problem: problem, isTyped: true, latency: clock.now - started, attempts: 1)
    }

    func end() async {
        session.finishTasksAndInvalidate()
    }

    private func urlRequest(_ request: PlannedRequest, _ url: URL) -> URLRequest {
        var urlRequest = URLRequest(url: url)
        urlRequest.httpMethod = request.method
        urlRequest.httpBody = request.body
        if request.body != nil { urlRequest.setValue("application/json", forHTTPHeaderField: "Content-Type") }
        urlRequest.setValue(request.authorization, forHTTPHeaderField: "Authorization")
        urlRequest.setValue(request.idempotencyKey, forHTTPHeaderField: "Idempotency-Key")
        return urlRequest
    }

    private func answer(to request: URLRequest) async -> BareCall.Result {
        await withCheckedContinuation { continuation in
            let call = BareCall(continuation)
            // URLSession's own timer does not end every call: a 401 with Basic never comes back (facts, rule 9).
            let patience = Double(timeout * 2 + 1)
            queue.asyncAfter(deadline: .now() + patience) { call.finish(.failed("never ended")) }
            queue.async { [session] in
                let task = session.dataTask(with: request) { data, response, error in
                    call.finish(.init(data, response, error))
                }
                task.resume()
            }
        }
    }
}
