import Foundation
import ResilientHTTPTesting
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Bare URLSession, used as carefully as its own client uses it, so that the process survives and the memory can be
/// compared: a delegate of the session, tasks made and resumed on a queue of its own, one cancel a task, own deadlines,
/// no redirects, no caches. What it lacks is everything else.
final class BareStormClient: StormClient {
    /// Nil once ended; the sockets close with the last reference.
    private let session: Mutex<URLSession?>
    private let delegate = BareDelegate()
    private let queue = DispatchQueue(label: "FaultStorm.BareStormClient")

    init(inFlight: Int) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.urlCredentialStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpMaximumConnectionsPerHost = 2 * inFlight
        // A backstop in whole seconds; the deadline is our own.
        configuration.timeoutIntervalForRequest = 10
        session = Mutex(URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil))
    }

    func result(of call: PlannedCall) async -> CallResult {
        var request = URLRequest(url: call.url)
        if let upload = call.upload {
            request.httpMethod = "POST"
            request.httpBody = upload
            request.setValue("application/octet-stream", forHTTPHeaderField: "Content-Type")
        }
        let bareCall = BareCall(queue, dropAfter: call.reading?.dropAfter)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                bareCall.await(continuation)
                queue.asyncAfter(deadline: .now() + StormLimits.timeout / .seconds(1)) { [weak bareCall] in
                    bareCall?.end(.failed(code: "timeout", text: "no answer in time"))
                }
                queue.async { [self, request] in
                    guard !bareCall.isOver, let session = session.withLock({ $0 }) else { return }
                    let task = session.dataTask(with: request)
                    delegate.add(bareCall, for: task)
                    bareCall.began(task)
                    task.resume()
                }
            }
        } onCancel: {
            bareCall.end(.cancelled)
        }
    }

    var held: [String] { [] }

    func end() async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                let finished = session.withLock { $0.take() }
                finished?.finishTasksAndInvalidate()
                continuation.resume()
            }
        }
    }
}

/// A call under way: ends once, and cancels its task at most once.
private final class BareCall: Sendable {
    private struct State {
        var continuation: CheckedContinuation<CallResult, Never>?
        var result: CallResult?
        var task: URLSessionTask?
        var isCancelled = false
        var status: Int?
        var body = Data()
        var pieces = 0
    }

    /// The pieces after which nobody wants more; nil for never.
    private let dropAfter: Int?
    private let queue: DispatchQueue
    private let state = Mutex(State())

    init(_ queue: DispatchQueue, dropAfter: Int?) {
        self.queue = queue
        self.dropAfter = dropAfter
    }

    var isOver: Bool { state.withLock { $0.result != nil } }

    func await(_ continuation: CheckedContinuation<CallResult, Never>) {
        let early = state.withLock { state in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let early { continuation.resume(returning: early) }
    }

    func began(_ task: URLSessionTask) {
        state.withLock { $0.task = task }
    }

    /// Ends the call and cancels what is still on the wire.
    func end(_ result: CallResult) {
        guard finish(result) else { return }
        queue.async { [self] in
            let task = state.withLock { state in
                state.isCancelled = true
                defer { state.task = nil }
                return state.task
            }
            task?.cancel()
        }
    }

    private func finish(_ result: CallResult) -> Bool {
        let (isFirst, continuation) = state.withLock { state in
            guard state.result == nil else {
                return (false, nil as CheckedContinuation<CallResult, Never>?)
            }
            state.result = result
            state.body = Data()
            defer { state.continuation = nil }
            return (true, state.continuation)
        }
        continuation?.resume(returning: result)
        return isFirst
    }

    // MARK: What URLSession reports

    func received(_ response: URLResponse) {
        guard let response = response as? HTTPURLResponse, response.statusCode >= 200 else { return }
        state.withLock { $0.status = response.statusCode }
        if dropAfter == 0 { end(.dropped) }
    }

    func received(_ data: Data) {
        let (fits, pieces) = state.withLock { state in
            guard state.result == nil else { return (true, 0) }
            guard state.body.count + data.count <= StormLimits.responseBytes else { return (false, 0) }
            state.body.append(data)
            state.pieces += 1
            return (true, state.pieces)
        }
        if !fits { end(.failed(code: "too_large", text: "more than the limit")) }
        if pieces > 0, pieces == dropAfter { end(.dropped) }
    }

    func completed(_ response: URLResponse?, _ error: (any Error)?) {
        state.withLock { $0.task = nil }
        if let error {
            let code = (error as? URLError)?.code.rawValue ?? (error as NSError).code
            _ = finish(.failed(code: "URLError \(code)", text: error.localizedDescription))
        } else {
            _ = finish(answer(response))
        }
    }

    func refuseRedirect(_ response: HTTPURLResponse, answer: (URLRequest?) -> Void) {
        state.withLock { state in
            state.status = response.statusCode
            if !state.isCancelled { answer(nil) }
        }
    }

    func challenged(_ response: URLResponse?) {
        end(answer(response))
    }

    private func answer(_ response: URLResponse?) -> CallResult {
        let (status, body) = state.withLock { ($0.status, $0.body) }
        guard let status = status ?? (response as? HTTPURLResponse)?.statusCode else {
            return .failed(code: "no_head", text: "no head")
        }
        return .answered(FaultServer.CatalogueAnswer(status: status, body: body))
    }
}

private final class BareDelegate: NSObject, URLSessionDataDelegate {
    private let calls = Mutex<[Int: BareCall]>([:])

    func add(_ call: BareCall, for task: URLSessionTask) {
        let identifier = task.taskIdentifier
        calls.withLock { $0[identifier] = call }
    }

    private func call(of task: URLSessionTask) -> BareCall? {
        let identifier = task.taskIdentifier
        return calls.withLock { $0[identifier] }
    }

    func urlSession(
        _ session: URLSession,
        dataTask: URLSessionDataTask,
        didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        call(of: dataTask)?.received(response)
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        call(of: dataTask)?.received(data)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let identifier = task.taskIdentifier
        calls.withLock { $0.removeValue(forKey: identifier) }?.completed(task.response, error)
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        call(of: task)?.refuseRedirect(response, answer: completionHandler)
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        #if canImport(FoundationNetworking)
        // On Linux the task hangs whatever is answered.
        call(of: task)?.challenged(challenge.failureResponse ?? task.response)
        #else
        completionHandler(.performDefaultHandling, nil)
        #endif
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        needNewBodyStream completionHandler: @escaping @Sendable (InputStream?) -> Void
    ) {
        completionHandler(nil)
        guard task.originalRequest?.httpBody != nil else { return }
        call(of: task)?.end(.failed(code: "stale", text: "the connection was stale"))
    }
}
