/// What a request carries through the pipeline beside the message: its deadline, what the call wants, and the record
/// of the call.
///
/// It is a value: a stage that changes it passes the copy on and its caller sees nothing of it. What must be seen by
/// all (attempts, decisions) is in the record, which the copies share.
public struct RequestContext: Sendable {
    // Two references: a waiting call holds a copy in each of the functions that it waits in. Until a stage changes
    // something, what a context says is the call's.

    package let call: CallRecord
    private var values: Values?

    /// Shared by all copies until one of them is changed.
    private final class Values: Sendable {
        let fields: Fields

        init(_ fields: Fields) {
            self.fields = fields
        }
    }

    /// What a stage may change. In an order that leaves no gaps.
    struct Fields: Sendable {
        var deadline: Deadline?
        var reach = Reach.home
        var isHedge = false
        var attempt = 1
        var delayNanoseconds: Int64 = 0
        var rare: Rare?
        /// Before all times for none.
        var attemptBegan = MonotonicTime(nanoseconds: .min)

        mutating func tighten(_ other: Deadline) {
            guard let deadline else {
                self.deadline = other
                return
            }
            if other.instant < deadline.instant || other.instant == deadline.instant && other.kind == .attempt {
                self.deadline = other
            }
        }
    }

    /// What few stages change, behind one reference.
    final class Rare: Sendable {
        struct Fields: Sendable {
            var wireTimeouts = WireTimeouts()
            /// In place of the call's.
            var body: BodyMode?
            var sharedDeadline: (any SharedDeadline)?
            /// What may go to another origin.
            var permitted: PermittedFields?
        }

        let fields: Fields

        init(_ fields: Fields) {
            self.fields = fields
        }
    }

    init(call: CallRecord) {
        self.call = call
    }

    package init(call: CallRecord, body: BodyMode) {
        self.call = call
        if body != call.body { self.body = body }
    }

    /// Changes several fields at the cost of one.
    mutating func change(_ change: (inout Fields) -> Void) {
        var fields = values?.fields ?? Fields()
        change(&fields)
        values = Values(fields)
    }

    private mutating func changeRare(_ change: (inout Rare.Fields) -> Void) {
        var rare = values?.fields.rare?.fields ?? Rare.Fields()
        change(&rare)
        self.change { $0.rare = Rare(rare) }
    }

    /// The tightest deadline so far; nil for none.
    public var deadline: Deadline? {
        get { values?.fields.deadline }
        set { change { $0.deadline = newValue } }
    }

    /// How far the request is from the origin that its credentials are for.
    package var reach: Reach {
        get { values?.fields.reach ?? .home }
        set { change { $0.reach = newValue } }
    }

    /// Whether the request goes to another origin than the one that the client's credentials are for: a redirect or a
    /// fallback has led there, or the caller has named another one than the base URL's.
    ///
    /// A stage that adds credentials looks here first. After a redirect or a fallback only the fields of an allow list
    /// are sent (see ``RedirectConfiguration/crossOriginHeaders``), whichever stage has set the others, unless it says
    /// ``permit(_:for:)``. It stays true when a further redirect leads back.
    public var isCrossOrigin: Bool { reach != .home }

    /// Lets header fields go to an origin that the call's request has not named: what a stage says that has credentials
    /// for that very origin. Elsewhere they stay behind as before.
    public mutating func permit(_ names: [HeaderFields.Name], for origin: Origin) {
        changeRare { $0.permitted = PermittedFields(names: names, origin: origin, earlier: $0.permitted) }
    }

    /// Which fields a stage has allowed for an origin.
    func permitted(for origin: Origin?) -> [HeaderFields.Name] {
        values?.fields.rare?.fields.permitted?.names(for: origin) ?? []
    }

    /// Whether the attempt is a copy that was sent because the first took long: it waits for nothing.
    package var isHedge: Bool {
        get { values?.fields.isHedge ?? false }
        set { change { $0.isHedge = newValue } }
    }

    /// The number of the attempt in its hop, from 1; the retry stage counts it.
    public var attempt: Int {
        get { values?.fields.attempt ?? 1 }
        set { change { $0.attempt = newValue } }
    }

    /// How the call wants the body.
    public var body: BodyMode {
        get { values?.fields.rare?.fields.body ?? call.body }
        set { changeRare { $0.body = newValue } }
    }

    /// What was waited on purpose before this attempt.
    public var delay: Duration {
        get { .nanoseconds(delayNanoseconds) }
        set { change { $0.delayNanoseconds = newValue.saturatedNanoseconds } }
    }

    var delayNanoseconds: Int64 { values?.fields.delayNanoseconds ?? 0 }

    /// When the attempt's timeout began; nil without one.
    var attemptBegan: MonotonicTime? {
        guard let began = values?.fields.attemptBegan, began.nanoseconds != .min else { return nil }
        return began
    }

    /// The timeouts that only a transport can keep.
    public var wireTimeouts: WireTimeouts {
        get { values?.fields.rare?.fields.wireTimeouts ?? WireTimeouts() }
        set { changeRare { $0.wireTimeouts = newValue } }
    }

    /// Until when anybody waits, when several calls share the request.
    var sharedDeadline: (any SharedDeadline)? {
        get { values?.fields.rare?.fields.sharedDeadline }
        set { changeRare { $0.sharedDeadline = newValue } }
    }

    /// Where the body goes, when it is to be a file.
    var download: DownloadFile? { call.download }

    /// The call's request id.
    public var requestID: RequestID { call.requestID }
    /// The call's options.
    public var options: RequestOptions { call.options }
    /// The client's time, chance and background work.
    public var runtime: ClientRuntime { call.runtime }

    /// Adds a decision to the call's explanation.
    public func explain(_ stage: StageName, _ decision: Decision.Outcome) {
        call.explain(Decision(stage: stage, outcome: decision))
    }

    /// Tells the caller who asked for it how much of the request's body has been sent; for transports.
    public func reportUpload(_ progress: TransferProgress) {
        call.onUpload?(progress)
    }

    /// Whether the caller wants to know how much of the request's body has been sent.
    public var wantsUploadProgress: Bool { call.onUpload != nil }

    /// How long it is to the deadline, never negative; nil without one.
    public func timeLeft() -> Duration? {
        deadline.map { max(.zero, $0.instant - runtime.now) }
    }

    /// Tightens the deadline. A looser one changes nothing; of two equal ones the attempt's wins, because it says
    /// more about the server.
    public mutating func tighten(_ other: Deadline) {
        // The attempt's deadline ends with the head; the body goes on under this one.
        if other.kind == .total, body.isStream { call.noteTotalDeadline(other) }
        change { $0.tighten(other) }
    }

    /// Begins an attempt's timeout.
    mutating func beginAttempt(at now: MonotonicTime, nanoseconds: Int64) {
        change { fields in
            fields.attemptBegan = now
            fields.tighten(Deadline(.attempt, from: now, nanoseconds: nanoseconds))
        }
    }

    /// The context in which a body that was asked for as a stream arrives: the attempt's deadline ended with its head.
    package func forBody() -> RequestContext {
        guard body.isStream else { return self }
        var context = self
        context.deadline = call.totalDeadline
        return context
    }

    /// Throws when the call is over: `CancellationError` when its task was cancelled, the error of the shutdown when
    /// the client was shut down, the deadline's error when it has passed.
    public func checkIfOver() throws {
        try call.checkIfOver()
        if let deadline, deadline.instant <= runtime.now {
            throw deadline.error(reachedServer: .no)
        }
    }

    /// Waits for a while on the client's clock.
    ///
    /// Ends early, by throwing, at the deadline, at cancellation and at the client's shutdown.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: runtime.now + duration)
    }

    /// Waits until a time of the client's clock.
    ///
    /// Ends early, by throwing, at the deadline, at cancellation and at the client's shutdown.
    public func sleep(until time: MonotonicTime) async throws {
        let nap = Nap(self, until: time)
        defer { nap.end() }
        try await call.interruptible(nap.wake, endedBy: { nap.wake.resolve(.failure($0)) })
    }

    /// A sleep, behind one reference: ten thousand may sleep at once.
    private final class Nap: Sendable {
        let wake = OneShot<Void>()
        private let timer: ClockTimer

        @inline(never)
        init(_ context: RequestContext, until time: MonotonicTime) {
            if let deadline = context.deadline, deadline.instant < time {
                timer = context.runtime.schedule(at: deadline.instant) { [wake] in
                    wake.resolve(.failure(deadline.error(reachedServer: .no)))
                }
            } else {
                timer = context.runtime.schedule(at: time) { [wake] in wake.resolve(.success(())) }
            }
        }

        @inline(never)
        func end() {
            timer.cancel()
        }
    }
}
