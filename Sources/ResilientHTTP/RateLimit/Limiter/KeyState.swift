/// What a limit knows about one key.
struct KeyState {
    // Small: with a hundred thousand keys, memory is what a call waits for.

    /// Differs for each key that a slot of the table holds; 0 for none.
    var generation: UInt32
    /// Whether it was asked for since the table last looked for somebody to forget.
    var isRecent = true
    private var rare: Rare?
    var meter: Meter
    var granted = 0
    var rejected = 0

    /// What few keys have, behind one reference.
    private final class Rare {
        let line: WaitLine?
        let server: ServerAllowance?

        init?(_ line: WaitLine?, _ server: ServerAllowance?) {
            if line == nil, server == nil { return nil }
            (self.line, self.server) = (line, server)
        }
    }

    /// Who waits for this key; nil for nobody.
    var line: WaitLine? {
        get { rare?.line }
        set { rare = Rare(newValue, server) }
    }

    var hasLine: Bool { rare?.line != nil }

    /// What the server said last, while it holds.
    var server: ServerAllowance? {
        get { rare?.server }
        set { rare = Rare(line, newValue) }
    }

    init(meter: Meter, generation: UInt32) {
        (self.meter, self.generation) = (meter, generation)
    }

    /// The first moment at which an amount is there, as far as this key is concerned.
    mutating func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime {
        let time = meter.ready(for: amount, now: now)
        guard let server = current(now) else { return time }
        return max(time, server.ready(for: amount, now: now))
    }

    /// Takes an amount if it is there.
    mutating func take(_ amount: Int, now: MonotonicTime) -> Bool {
        guard server != nil else { return meter.takeIfAvailable(amount, now: now) }
        if let allowance = current(now), allowance.ready(for: amount, now: now) > now { return false }
        guard meter.takeIfAvailable(amount, now: now) else { return false }
        let waiting = line?.count ?? 0
        server?.take(amount, now: now, waiting: waiting)
        return true
    }

    /// What the server said, unless its time is over.
    mutating func current(_ now: MonotonicTime) -> ServerAllowance? {
        if let server, server.until <= now { self.server = nil }
        return server
    }

    mutating func giveBack(_ refund: RateRefund, stamp: UInt32, now: MonotonicTime) {
        meter.giveBack(refund, now: now)
        // What the server has said since counts, not what we knew before.
        if let allowance = current(now), allowance.stamp == stamp { server?.giveBack(refund.amount) }
    }

    /// Hears something of the server.
    mutating func hear(_ body: (inout ServerAllowance) -> Void, now: MonotonicTime) {
        var allowance = current(now) ?? ServerAllowance(stamp: server?.stamp ?? 0)
        body(&allowance)
        server = allowance
    }
}
