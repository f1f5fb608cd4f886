import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// One request on its way through URLSession: collects the answer or hands it on as it arrives, keeps the time, and
/// ends exactly once.
///
/// Whoever ends it (answer, error, timer, cancellation, shutdown) resolves ``result`` first, so that the caller goes
/// on at once, and lets the host cancel the task in the background (rule 6). A streamed answer resolves it with its
/// head, and from then on the channel stands for the answer: its reader, its limits and the transport end that.
final class Exchange: Sendable {
    struct State {
        var task: URLSessionTask?
        var started: MonotonicTime?
        /// The origin's beats when it started.
        var beats: UInt64 = 0
        var head: HTTPURLResponse?
        var lastPiece: MonotonicTime?
        var body = Data()
        var channel: BodyChannel?
        var isOver = false
        var isCancelClaimed = false
        var timer: ClockTimer?
        var timerTime = MonotonicTime.distantFuture
    }

    let outgoing: OutgoingRequest
    let result = OneShot<ClientResponse>()
    let bodyMode: BodyMode
    /// Whether the body goes to a file.
    let isDownload: Bool
    let limits: ExchangeLimits
    let runtime: ClientRuntime
    let onUpload: (@Sendable (TransferProgress) -> Void)?
    private let place: ConnectionLimiter.Place
    private let host: SessionHost
    /// Told when nothing comes from the origin any more; nil where that has no remedy.
    private let router: SessionRouter?
    let state = Mutex(State())

    /// - Parameter host: the session, which is in use (``SessionHost/beginUse()``) until ``leaveWire()``.
    init(
        _ outgoing: OutgoingRequest,
        context: RequestContext,
        place: ConnectionLimiter.Place,
        host: SessionHost,
        router: SessionRouter? = nil
    ) {
        self.outgoing = outgoing
        self.place = place
        self.host = host
        self.router = router
        limits = ExchangeLimits(context)
        runtime = context.runtime
        onUpload = context.call.onUpload
        bodyMode = context.body
        isDownload = context.download != nil
    }

    /// Starts the watch on the deadline, and sends the request in the background.
    func start() {
        rearm()
        host.start(self)
    }

    /// Claims the start: false when the exchange is over, and then nothing may be sent (rule 16).
    ///
    /// From here on a timeout says `maybe`. Both are decided under one lock, because "not sent" is a promise: a retry
    /// of a POST may rest on it.
    func claimStart() -> Bool {
        let (now, beats) = (runtime.now, place.pulse.beats)
        return state.withLock { state in
            guard !state.isOver else { return false }
            (state.started, state.beats) = (now, beats)
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
        if settle(.failure(error)) { abandon() }
    }

    /// After the exchange was ended by somebody else than URLSession: cancels the task in the background.
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
        if place.giveBack() { host.endUse() }
    }

    /// Something has come from the origin.
    func noteLife() {
        place.pulse.beat()
    }

    /// The exchange has ended at a timeout.
    func noteTimeout(at now: MonotonicTime) {
        guard let router else { return }
        let beats = state.withLock { $0.started == nil ? nil : $0.beats }
        if beats == place.pulse.beats { router.leave(host, for: place.origin, at: now) }
    }

    /// Tells the caller, or the reader of what it has got already, how the answer ended. Returns whether it was the
    /// first to say.
    func settle(_ end: Result<ClientResponse, any Error>) -> Bool {
        let (channel, isOver) = state.withLock { ($0.channel, $0.isOver) }
        guard let channel else { return result.resolve(end) }
        if isOver { return false }
        switch end {
        case .success: channel.finish()
        case .failure(let error): channel.finish(throwing: error)
        }
        return true
    }

    /// Stops the watch. Nothing that comes later counts.
    func close() {
        let timer = state.withLock { state in
            state.isOver = true
            state.body = Data()
            defer { state.timer = nil }
            return state.timer
        }
        timer?.cancel()
    }
}
