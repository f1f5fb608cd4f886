public import ResilientHTTP
import Synchronization

/// A transport that answers from a script, on the client's clock, and records what it was asked.
///
/// ```swift
/// let transport = MockTransport(.status(503), .ok)          // attempt by attempt; the last answer repeats
/// transport.on(.path("/slow"), .ok.after(.seconds(5)))      // rules; the latest that matches wins
/// ```
///
/// It honours deadlines and cancellation, unless it is made deaf: then it answers when it likes, and the client has to
/// go on without it.
public final class MockTransport: Transport {
    private struct State {
        /// What answers when no rule matches.
        var fallback: MockRule
        var rules: [MockRule] = []
        var requests: [RecordedRequest] = []
        var sent = 0
        var isClosed = false
        var hanging: [Int: OneShot<Void>] = [:]
        var nextHanging = 0
    }

    /// What the mock declares; deaf ones do not honour deadlines.
    public let capabilities: TransportCapabilities
    /// The most requests that are kept, by default 10,000; later ones are counted only.
    public let recordingLimit: Int
    private let state: Mutex<State>

    /// Makes a transport that gives these answers one after the other, the last one for ever; `ok` when there is none.
    public convenience init(_ answers: MockAnswer..., isDeaf: Bool = false, recordingLimit: Int = 10_000) {
        self.init(answers, isDeaf: isDeaf, recordingLimit: recordingLimit)
    }

    /// Makes a transport that gives these answers one after the other, the last one for ever; `ok` when there is none.
    public init(_ answers: [MockAnswer], isDeaf: Bool = false, recordingLimit: Int = 10_000) {
        capabilities = TransportCapabilities(
            honoursDeadlines: !isDeaf,
            streamsUploads: true,
            streamsDownloads: true,
            hasBackPressure: true,
            neverRepeats: true,
            callsIPv6Literals: true
        )
        self.recordingLimit = recordingLimit
        state = Mutex(State(fallback: MockRule(matcher: .any, script: .sequence(answers))))
    }

    /// Adds a rule: requests that match get these answers one after the other, the last one for ever.
    public func on(_ matcher: RequestMatcher, _ answers: MockAnswer...) {
        state.withLock { $0.rules.append(MockRule(matcher: matcher, script: .sequence(answers))) }
    }

    /// Adds a rule whose script starts anew with each call: the first answer is for each call's first attempt.
    public func onEachCall(_ matcher: RequestMatcher = .any, _ answers: MockAnswer...) {
        state.withLock { $0.rules.append(MockRule(matcher: matcher, script: .perCall(answers))) }
    }

    /// Adds a rule whose answers a closure gives; what it throws is thrown at the client.
    public func on(_ matcher: RequestMatcher, answer: @escaping @Sendable (RecordedRequest) throws -> MockAnswer) {
        state.withLock { $0.rules.append(MockRule(matcher: matcher, closure: answer)) }
    }

    /// The requests so far, in the order in which they came.
    public var requests: [RecordedRequest] { state.withLock { $0.requests } }

    /// How many requests came, those that were not kept included.
    public var requestCount: Int { state.withLock { $0.sent } }

    /// How many requests hang right now.
    public var hangingCount: Int { state.withLock { $0.hanging.count } }

    /// Whether the transport has been shut down.
    public var isShutDown: Bool { state.withLock { $0.isClosed } }

    /// Answers as the script says.
    public func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        if capabilities.honoursDeadlines { try Task.checkCancellation() }
        let answer = try take(request, context)
        if context.wantsUploadProgress, let length = request.body.length.map(Int64.init) {
            context.reportUpload(TransferProgress(completed: length, total: length))
        }
        if answer.isImmediate { return try answer.response() }
        try await wait(answer.delay, context: context)
        switch answer.kind {
        case .hang: try await hang(context)
        case .suspend: await Task.yield()
        case .respond, .fail, .stream: break
        }
        let body = context.forBody()
        return try answer.response(pausing: { [self] pause in try await wait(.for(pause), context: body) })
    }

    /// Lets every hanging request go, with `clientClosed`, and refuses those that follow.
    public func shutdown() async {
        state.withLock { $0.isClosed = true }
        releaseHanging()
    }

    /// Lets every hanging request go with a connection that was lost.
    public func releaseHanging() {
        let hanging = state.withLock { state in
            defer { state.hanging = [:] }
            return Array(state.hanging.values)
        }
        for shot in hanging { shot.resolve(.success(())) }
    }

    /// Matchers and closures are the test's own code, which may look at this transport: they run outside the lock.
    private func take(_ request: ClientRequest, _ context: RequestContext) throws -> MockAnswer {
        let (number, rules, answer) = try state.withLock { state -> (Int, [MockRule], MockAnswer?) in
            guard !state.isClosed else {
                throw ResilientError(.clientClosed, "the mock transport has been shut down", reachedServer: .no)
            }
            state.sent += 1
            let number = state.sent
            if state.requests.count < recordingLimit {
                state.requests.append(RecordedRequest(request, context: context, number: number))
            }
            return (number, state.rules, state.rules.isEmpty ? state.fallback.next(context: context) : nil)
        }
        if let answer { return answer }
        // Outside the lock: matchers and answers are the test's own code and may ask this transport. Rules are only ever
        // added, so an index stays right.
        guard let index = rules.lastIndex(where: { $0.matcher.matches(request) }) else {
            return state.withLock { $0.fallback.next(context: context) }
        }
        if let closure = rules[index].closure {
            return try closure(RecordedRequest(request, context: context, number: number))
        }
        return state.withLock { $0.rules[index].next(context: context) }
    }
}

// MARK: - Waiting

extension MockTransport {
    private func wait(_ delay: MockAnswer.Delay, context: RequestContext) async throws {
        guard case .for(let duration) = delay else { return }
        guard capabilities.honoursDeadlines else {
            let shot = OneShot<Void>()
            _ = context.runtime.schedule(at: context.runtime.now + duration) { shot.resolve(.success(())) }
            return try await shot.value()
        }
        do {
            try await context.sleep(for: duration)
        } catch var error as ResilientError where error.reachedServer == .no {
            // The request was under way.
            error.reachedServer = .maybe
            throw error
        }
    }

    private func hang(_ context: RequestContext) async throws {
        let shot = OneShot<Void>()
        let id = state.withLock { state in
            state.nextHanging += 1
            if !state.isClosed { state.hanging[state.nextHanging] = shot }
            return state.nextHanging
        }
        if isShutDown { shot.resolve(.success(())) }
        defer { state.withLock { _ = $0.hanging.removeValue(forKey: id) } }
        if capabilities.honoursDeadlines {
            try await hangUntilDeadline(shot, context)
        } else {
            try await shot.value()
        }
        let isClosed = state.withLock { $0.isClosed }
        throw isClosed
            ? ResilientError(.clientClosed, "the mock transport has been shut down", reachedServer: .maybe)
            : ResilientError(.connectionLost, "the hanging request was let go", reachedServer: .maybe)
    }

    private func hangUntilDeadline(_ shot: OneShot<Void>, _ context: RequestContext) async throws {
        let timer = context.deadline.map { deadline in
            context.runtime.schedule(at: deadline.instant) {
                shot.resolve(.failure(deadline.error(reachedServer: .maybe)))
            }
        }
        defer { timer?.cancel() }
        try await context.call.interruptible(shot, onEnd: {})
    }
}
