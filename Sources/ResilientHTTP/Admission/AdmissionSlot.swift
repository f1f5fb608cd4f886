/// The right to have one request under way. Whoever has one gives it back once, with ``PriorityQueue/leave(_:_:)``.
struct AdmissionSlot: Sendable {
    // Small: whoever sends a request holds it for as long.

    private let started: Int64
    private let inFlightThen: Int32
    /// The limit's epoch then.
    let epoch: Int32
    /// Which of the queue's limits gave it.
    let generation: Int32

    init(startedAt: MonotonicTime?, inFlight: Int, epoch: Int32, generation: Int32) {
        started = startedAt?.nanoseconds ?? .min
        inFlightThen = Int32(clamping: inFlight)
        self.epoch = epoch
        self.generation = generation
    }

    /// When it was given; nil for one whose time is not measured.
    var startedAt: MonotonicTime? { started == .min ? nil : MonotonicTime(nanoseconds: started) }
    /// How many were under way then, itself included.
    var inFlight: Int { Int(inFlightThen) }
}

/// What the end of a request says about the service.
enum SlotOutcome: Sendable {
    /// It answered: its latency counts.
    case answered
    /// It has too much to do.
    case overloaded
    /// It failed in a way that says nothing about how much it can take; only the time that the slot was in use counts.
    case failed
    /// Nothing: cancelled, or refused before anything was sent.
    case neutral
}

extension SlotOutcome {
    init(_ response: ClientResponse) {
        self = response.source == .network ? SlotOutcome(response.status) : .neutral
    }

    private init(_ status: ClientResponse.Status) {
        switch status.code {
        case 429, 503, 504: self = .overloaded
        // A quick 500 would pass for a service without load.
        case 500...: self = .failed
        default: self = .answered
        }
    }

    @inline(never)
    init(_ error: any Error) {
        guard let error = error as? ResilientError else {
            self = error is CancellationError ? .neutral : .failed
            return
        }
        switch error.code {
        case .attemptTimeout, .connectFailed, .connectionLost: self = .overloaded
        case .status: self = error.status.map { SlotOutcome($0) } ?? .failed
        case .protocolError, .responseTooLarge, .tlsFailed, .nameResolutionFailed, .decoding: self = .failed
        // The other codes are refusals of our own stages, the end of the call's time, and its client's shutdown.
        default: self = .neutral
        }
    }
}
