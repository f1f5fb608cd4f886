import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// One request on its way through URLSession: collects the answer, keeps the time, and ends exactly once.
///
/// Whoever ends it (answer, error, timer, cancellation, shutdown) resolves ``result`` first, so that the caller goes
/// on at once, and lets the host cancel the task in the background (rule 6).
final class Exchange: Sendable {
    private struct State {
        var task: URLSessionTask?
        var started: MonotonicTime?
        var head: HTTPURLResponse?
        var lastPiece: MonotonicTime?
        var body = Data()
        var isOver = false
        var isCancelClaimed = false
        var timer: ClockTimer?
        var timerTime = MonotonicTime.distantFuture
    }

    let outgoing: OutgoingRequest
    let result = OneShot<ClientResponse>()
    private let bodyLimit: Int
    private let limits: ExchangeLimits
    private let runtime: ClientRuntime
    private let place: ConnectionLimiter.Place
    private let host: SessionHost
    private let state = Mutex(State())

    init(_ outgoing: OutgoingRequest, context: RequestContext, place: ConnectionLimiter.Place, host: SessionHost) {
        self.outgoing = outgoing
        self.place = place
        self.host = host
        limits = ExchangeLimits(context)
        runtime = context.runtime
        switch context.body {
        case .bytes(let limit): bodyLimit = limit
        }
    }

    /// Starts the watch on the deadline.
    func watch() {
        rearm()
    }

    /// Claims the start: false when the exchange is over, and then nothing may be sent (rule 16).
    ///
    /// From here on a timeout says `maybe`. Both are decided under one lock, because "not sent" is a promise: a retry
    /// of a POST may rest on it.
    func claimStart() -> Bool {
        let now = runtime.now
        return state.withLock { state in
            guard !state.isOver else { return false }
            state.started = now
            return true
        }
    }

    /// Notes the task, just before it is resumed.
    func began(_ task: URLSessionTask) {
        state.withLock { $0.task = task }
        if limits.wire.firstByte != nil { rearm() }
    }
}

// MARK: - Ending

extension Exchange {
    /// Ends the exchange with an error, unless it has ended, and cancels the task in the background.
    func fail(_ error: any Error) {
        if result.resolve(.failure(error)) { abandon() }
    }

    /// After ``result`` was resolved by somebody else than URLSession: cancels the task in the background.
    func abandon() {
        close()
        host.cancel(self)
    }

    /// The one cancellation of the task: two concurrent ones trap (rule 4). Nil when there is no task or it has been
    /// claimed. Called on the host's queue, after `resume()` returned.
    func claimCancel() -> URLSessionTask? {
        state.withLock { state in
            defer {
                state.isCancelClaimed = true
                state.task = nil
            }
            return state.isCancelClaimed ? nil : state.task
        }
    }

    /// Gives the connection back. Called when URLSession has let go of the request.
    func leaveWire() {
        place.giveBack()
    }

    private func close() {
        let timer = state.withLock { state in
            state.isOver = true
            state.body = Data()
            defer { state.timer = nil }
            return state.timer
        }
        timer?.cancel()
    }

    /// Ends the exchange with what has arrived.
    private func finish(response: URLResponse?) -> Bool {
        let (head, body) = state.withLock { state in
            defer { state.body = Data() }
            return (state.head, state.body)
        }
        // A refused redirect, and one without a Location, come without a call for their head.
        guard let head = head ?? response as? HTTPURLResponse else {
            return result.resolve(
                .failure(ResilientError(.protocolError, "the answer has no HTTP head", reachedServer: .maybe))
            )
        }
        return result.resolve(.success(ClientResponse(head, body: body, method: outgoing.method)))
    }
}

// MARK: - What URLSession reports

extension Exchange {
    func received(_ head: HTTPURLResponse) {
        // Rule 11: 100 and 103 come as responses of their own, before the answer.
        guard head.statusCode >= 200 else { return }
        let now = runtime.now
        state.withLock { state in
            state.head = head
            state.lastPiece = now
        }
        if limits.wire.idle != nil { rearm() }
    }

    func received(_ data: Data) {
        let now = runtime.now
        let fits = state.withLock { state in
            guard !state.isOver else { return true }
            state.lastPiece = now
            guard data.count <= bodyLimit - state.body.count else { return false }
            if state.body.isEmpty {
                state.body = data
            } else {
                state.body.append(data)
            }
            return true
        }
        // Rule 5: there is no back-pressure, so a body that is too large is stopped, not read on into memory.
        if !fits { fail(ResponseBody.tooLarge(bodyLimit)) }
    }

    func completed(response: URLResponse?, error: (any Error)?) {
        leaveWire()
        let headArrived = state.withLock { state in
            state.task = nil
            return state.head != nil
        }
        let won =
            if let error {
                result.resolve(.failure(URLSessionErrors.translate(error, headArrived: headArrived)))
            } else {
                finish(response: response)
            }
        if won { close() }
    }

    /// Rule 8: a redirect is never followed here. Answered under the lock that a cancellation is claimed with, because
    /// an answer that URLSession gets after a cancellation traps.
    func refuseRedirect(_ head: HTTPURLResponse, answer: (URLRequest?) -> Void) {
        state.withLock { state in
            state.head = head
            if !state.isCancelClaimed { answer(nil) }
        }
    }

    /// Rule 9: the answer of a 401 with a Basic challenge is all there, but its task would never end.
    func endAtChallenge(response: URLResponse?) {
        if finish(response: response) { abandon() }
    }

    /// Rule 10: curl has lost a kept-alive connection and is about to send the body again on a new one.
    func refuseSecondSending() {
        fail(
            ResilientError(
                .connectionLost,
                "the kept-alive connection was closed by the server while the request was sent; it was not sent again",
                reachedServer: .maybe
            )
        )
    }
}

// MARK: - Time

extension Exchange {
    /// Sets the timer to the next limit, unless it is set to an earlier time: then that one looks again (a timer a
    /// chunk would cost more than the chunk).
    private func rearm() {
        let time = state.withLock { state -> MonotonicTime? in
            guard !state.isOver,
                let next = limits.next(started: state.started, lastPiece: state.lastPiece),
                next.time < state.timerTime
            else { return nil }
            state.timerTime = next.time
            return next.time
        }
        guard let time else { return }
        // Not under the lock: what the clock does is its own affair.
        let timer = runtime.schedule(at: time) { [self] in look(at: time) }
        let unwanted = state.withLock { state -> ClockTimer? in
            guard !state.isOver, state.timerTime == time else { return timer }
            defer { state.timer = timer }
            return state.timer
        }
        unwanted?.cancel()
    }

    private func look(at time: MonotonicTime) {
        let now = runtime.now
        let error = state.withLock { state -> ResilientError? in
            // Over, or an earlier time was set meanwhile.
            guard !state.isOver, state.timerTime == time else { return nil }
            state.timer = nil
            state.timerTime = .distantFuture
            guard let next = limits.next(started: state.started, lastPiece: state.lastPiece), next.time <= now else {
                return nil
            }
            if state.started == nil { state.isOver = true }
            return next.error(reachedServer: state.started == nil ? .no : state.head == nil ? .maybe : .yes)
        }
        if let error {
            fail(error)
        } else {
            rearm()
        }
    }
}
