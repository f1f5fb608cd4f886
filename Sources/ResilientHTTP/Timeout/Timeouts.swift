/// How long things may take. All are precise to the millisecond on every transport; nil means no limit.
///
/// The total timeout bounds the call with all its attempts and waits, the attempt timeout one attempt with its body.
/// The others are kept by the transport, as far as its capabilities say.
public struct Timeouts: ConfigurationSection {
    /// To an open connection. Default: none. Kept by transports with `hasConnectTimeout`.
    public var connect: Duration?
    /// From sending the request to the head of the answer. Default: none.
    public var firstByte: Duration?
    /// Between two pieces of a body that is read whole, into memory or a file; any byte counts. Default: 60 s, as
    /// URLSession's own: a server that stops in the middle of a body must not keep a call for ever.
    public var idle: Duration?
    /// The same for streams and events, where a pause is part of the trade: a feed says nothing while nothing happens.
    /// Default: 300 s.
    public var streamIdle: Duration?
    /// One attempt, body included; of downloads, streams and events the wait for the head, since a body that makes
    /// progress is no failure. Default: 30 s, or less when the total is shorter.
    public var attempt: Duration?
    /// The whole call. Default: none.
    public var total: Duration?

    /// Makes a set of timeouts; every value must be above zero.
    public init(
        connect: Duration? = nil,
        firstByte: Duration? = nil,
        idle: Duration? = Timeouts.defaultIdle,
        streamIdle: Duration? = Timeouts.defaultStreamIdle,
        attempt: Duration? = Timeouts.defaultAttempt,
        total: Duration? = nil
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.streamIdle = streamIdle
        self.attempt = attempt
        self.total = total
    }

    /// The attempt timeout unless another is chosen: 30 s.
    public static let defaultAttempt: Duration = .seconds(30)

    /// The idle timeout of whole bodies unless another is chosen: 60 s.
    public static let defaultIdle: Duration = .seconds(60)

    /// The idle timeout of streams and events unless another is chosen: 300 s.
    public static let defaultStreamIdle: Duration = .seconds(300)

    /// The defaults.
    public init() {
        self.init(connect: nil)
    }

    /// No limit at all.
    public static let none = Timeouts(idle: nil, streamIdle: nil, attempt: nil)

    package static let fields: [ConfigurationField<Timeouts>] = [
        .optionalDuration("connect", \.connect),
        .optionalDuration("first_byte", \.firstByte),
        .optionalDuration("idle", \.idle),
        .optionalDuration("stream_idle", \.streamIdle),
        .optionalDuration("attempt", \.attempt),
        .optionalDuration("total", \.total),
    ]

    package var contradictions: [ConfigurationProblem] {
        // A default that nobody chose gives way to a shorter total instead of contradicting it.
        guard let attempt, let total, attempt > total, attempt != Self.defaultAttempt else { return [] }
        return [
            ConfigurationProblem(
                path: "attempt",
                message: "the attempt timeout of \(attempt.decimalSeconds) s is longer than the total timeout of "
                    + "\(total.decimalSeconds) s; shorten it or leave it out"
            )
        ]
    }

    /// Whether there is anything for the stage of attempts to do.
    var boundsAttempts: Bool {
        attempt != nil || connect != nil || firstByte != nil || idle != nil || streamIdle != nil
    }

    /// The idle timeout of a call that wants its body so.
    func idle(of context: RequestContext) -> Duration? {
        if let idle = context.options.idleTimeout { return idle }
        return context.body.isStream && context.download == nil ? streamIdle : idle
    }
}
