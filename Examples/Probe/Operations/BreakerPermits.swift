import ResilientHTTP

/// The permits of a trace by the number of their acquire.
struct BreakerPermits {
    /// Without a permit where the acquire was refused.
    private var acquires: [(permit: CircuitBreaker.Permit?, isOpen: Bool)] = []
    /// None before it waits for a result.
    private var oldest = 0

    /// Asks for a permit and says whether there was one.
    mutating func acquire(_ breaker: CircuitBreaker) throws -> Bool {
        do {
            acquires.append((try breaker.acquire(), true))
            return true
        } catch let error as ResilientError where error.code == .circuitOpen {
            acquires.append((nil, false))
            return false
        }
    }

    /// Gives a result to its permit. Throws when there is no such permit.
    mutating func settle(_ event: BreakerEvent, _ outcome: CircuitBreaker.Outcome) throws(ResilientError) {
        let number = if let named = event.permit { named } else { try oldestOpen(at: event.path) }
        guard number <= acquires.count else {
            throw .line("\(event.path) is \(number): there were \(acquires.count) acquires before it")
        }
        guard let permit = acquires[number - 1].permit else {
            throw .line("\(event.path) is \(number): that acquire was refused")
        }
        // A second result is the library's to refuse: it changes nothing.
        permit.settle(outcome, duration: event.duration)
        acquires[number - 1].isOpen = false
    }

    private mutating func oldestOpen(at path: String) throws(ResilientError) -> Int {
        while oldest < acquires.count, !acquires[oldest].isOpen { oldest += 1 }
        guard oldest < acquires.count else { throw .line("\(path) is missing, and no permit waits for a result") }
        return oldest + 1
    }
}
