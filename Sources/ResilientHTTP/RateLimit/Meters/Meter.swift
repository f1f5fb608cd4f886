/// The state of one limit for one key: one of the algorithms, without the indirection of an existential.
enum Meter: Sendable {
    case bucket(TokenBucket)
    case sliding(SlidingWindow)
    case fixed(FixedWindow)
    /// Boxed: it is rare, and twice as large as the others.
    indirect case adaptive(AdaptiveRate)
    /// Nothing of its own; only what the server said counts.
    case open

    init(_ limit: RateLimit, now: MonotonicTime) {
        switch limit.algorithm {
        case .tokenBucket: self = .bucket(TokenBucket(limit, now: now))
        case .slidingWindow: self = .sliding(SlidingWindow(limit, now: now))
        case .fixedWindow: self = .fixed(FixedWindow(limit, now: now))
        }
    }
}

extension Meter: RateMeter {
    // Each payload is taken out and put back: with a second reference left inside, a window would copy its log.

    var capacity: Int {
        switch self {
        case .bucket(let meter): meter.capacity
        case .sliding(let meter): meter.capacity
        case .fixed(let meter): meter.capacity
        case .adaptive, .open: .max
        }
    }

    mutating func takeIfAvailable(_ amount: Int, now: MonotonicTime) -> Bool {
        switch self {
        case .bucket(var meter):
            defer { self = .bucket(meter) }
            return meter.takeIfAvailable(amount, now: now)
        case .sliding(var meter):
            self = .open
            defer { self = .sliding(meter) }
            return meter.takeIfAvailable(amount, now: now)
        case .fixed(var meter):
            defer { self = .fixed(meter) }
            return meter.takeIfAvailable(amount, now: now)
        case .adaptive(var meter):
            defer { self = .adaptive(meter) }
            return meter.takeIfAvailable(amount, now: now)
        case .open:
            return true
        }
    }

    func mark(afterTaking amount: Int) -> Int128 {
        if case .bucket(let meter) = self { meter.mark(afterTaking: amount) } else { 0 }
    }

    mutating func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime {
        switch self {
        case .bucket(var meter):
            defer { self = .bucket(meter) }
            return meter.ready(for: amount, now: now)
        case .sliding(var meter):
            self = .open
            defer { self = .sliding(meter) }
            return meter.ready(for: amount, now: now)
        case .fixed(var meter):
            defer { self = .fixed(meter) }
            return meter.ready(for: amount, now: now)
        case .adaptive(var meter):
            defer { self = .adaptive(meter) }
            return meter.ready(for: amount, now: now)
        case .open:
            return now
        }
    }

    mutating func giveBack(_ refund: RateRefund, now: MonotonicTime) {
        switch self {
        case .bucket(var meter):
            defer { self = .bucket(meter) }
            meter.giveBack(refund, now: now)
        case .sliding(var meter):
            self = .open
            defer { self = .sliding(meter) }
            meter.giveBack(refund, now: now)
        case .fixed(var meter):
            defer { self = .fixed(meter) }
            meter.giveBack(refund, now: now)
        case .adaptive(var meter):
            defer { self = .adaptive(meter) }
            meter.giveBack(refund, now: now)
        case .open:
            break
        }
    }

    mutating func owe(_ amount: Int, now: MonotonicTime, longest: Duration) {
        switch self {
        case .bucket(var meter):
            defer { self = .bucket(meter) }
            meter.owe(amount, now: now, longest: longest)
        case .sliding(var meter):
            self = .open
            defer { self = .sliding(meter) }
            meter.owe(amount, now: now, longest: longest)
        case .fixed(var meter):
            defer { self = .fixed(meter) }
            meter.owe(amount, now: now, longest: longest)
        case .adaptive, .open:
            break
        }
    }

    mutating func remaining(now: MonotonicTime) -> Int {
        switch self {
        case .bucket(var meter):
            defer { self = .bucket(meter) }
            return meter.remaining(now: now)
        case .sliding(var meter):
            self = .open
            defer { self = .sliding(meter) }
            return meter.remaining(now: now)
        case .fixed(var meter):
            defer { self = .fixed(meter) }
            return meter.remaining(now: now)
        case .adaptive(var meter):
            defer { self = .adaptive(meter) }
            return meter.remaining(now: now)
        case .open:
            return .max
        }
    }

    mutating func full(now: MonotonicTime) -> MonotonicTime {
        switch self {
        case .bucket(var meter):
            defer { self = .bucket(meter) }
            return meter.full(now: now)
        case .sliding(var meter):
            self = .open
            defer { self = .sliding(meter) }
            return meter.full(now: now)
        case .fixed(var meter):
            defer { self = .fixed(meter) }
            return meter.full(now: now)
        case .adaptive(var meter):
            defer { self = .adaptive(meter) }
            return meter.full(now: now)
        case .open:
            return now
        }
    }

    /// The adaptive mode's own event.
    mutating func note(isThrottling: Bool, now: MonotonicTime) {
        guard case .adaptive(var meter) = self else { return }
        meter.note(isThrottling: isThrottling, now: now)
        self = .adaptive(meter)
    }
}
