import ResilientHTTP
import Synchronization

/// What became of each call and each flight of a storm, and whether it was right.
final class FlightLedger: Sendable {
    struct Call: Sendable {
        let name: String
        let began: MonotonicTime
        let deadline: MonotonicTime?
        var cancelledAt: MonotonicTime?
        var end: MonotonicTime?
        var outcome: Outcome?
    }

    enum Outcome: Sendable, Equatable {
        case answer(flight: Int, isNetwork: Bool)
        case failure(flight: Int)
        case deadline
        case cancelled
        case closed

        var flight: Int? {
            switch self {
            case .answer(let flight, _), .failure(let flight): flight
            case .deadline, .cancelled, .closed: nil
            }
        }
    }

    struct Flight: Sendable {
        let name: String
        /// The call whose request it is.
        let leader: Int
        let began: MonotonicTime
        var end: MonotonicTime?
        var isCancelled = false
    }

    private struct State {
        var calls: [Int: Call] = [:]
        /// Some are cancelled before they have come.
        var cancelled: [Int: MonotonicTime] = [:]
        var flights: [Flight] = []
        var sent = 0
        var closedAt: MonotonicTime?
    }

    private let state = Mutex(State())

    var calls: [Int: Call] { state.withLock { $0.calls } }
    var flights: [Flight] { state.withLock { $0.flights } }
    /// How many requests have reached the transport.
    var sent: Int { state.withLock { $0.sent } }
    var closedAt: MonotonicTime? { state.withLock { $0.closedAt } }

    func begin(_ id: Int, _ name: String, deadline: MonotonicTime?, now: MonotonicTime) {
        state.withLock { state in
            var call = Call(name: name, began: now, deadline: deadline)
            if state.cancelled[id] != nil { call.cancelledAt = now }
            state.calls[id] = call
        }
    }

    /// Those who wait for a name.
    func waiting(for name: String) -> [Int] {
        state.withLock { state in
            state.calls.filter { $0.value.name == name && $0.value.end == nil }.keys.sorted()
        }
    }

    func noteCancellation(of id: Int, now: MonotonicTime) {
        state.withLock { state in
            guard state.calls[id]?.end == nil, state.cancelled[id] == nil else { return }
            state.cancelled[id] = now
            state.calls[id]?.cancelledAt = now
        }
    }

    func close(now: MonotonicTime) {
        state.withLock { $0.closedAt = now }
    }

    func takeOff(_ name: String, leader: Int, now: MonotonicTime) -> Int {
        state.withLock { state in
            state.flights.append(Flight(name: name, leader: leader, began: now))
            return state.flights.count - 1
        }
    }

    func send() {
        state.withLock { $0.sent += 1 }
    }

    func touchDown(_ flight: Int, isCancelled: Bool, now: MonotonicTime) {
        state.withLock { state in
            state.flights[flight].end = now
            state.flights[flight].isCancelled = isCancelled
        }
    }

    /// A call has ended; checks what can be seen from itself.
    func end(_ id: Int, _ outcome: Outcome, now: MonotonicTime, isExact: Bool) throws {
        let (call, flights, closedAt) = state.withLock { state in
            if state.calls[id]?.end != nil { state.calls[id] = nil }
            state.calls[id]?.end = now
            state.calls[id]?.outcome = outcome
            return (state.calls[id], state.flights, state.closedAt)
        }
        guard let call else { throw Violation("call \(id) ended twice") }
        if let number = outcome.flight, flights[number].name != call.name {
            throw Violation("call \(id) asked for \(call.name) and got \(flights[number].name)")
        }
        if outcome == .cancelled, call.cancelledAt == nil { throw Violation("call \(id) was cancelled by nobody") }
        guard isExact else { return }
        switch outcome {
        case .answer(let number, _), .failure(let number):
            if flights[number].end != now { throw Violation("call \(id) got what landed at another time") }
        case .deadline:
            if call.deadline != now { throw Violation("call \(id) ended by a deadline that is not its own") }
        case .cancelled:
            if call.cancelledAt != now { throw Violation("call \(id) went on after its cancellation") }
        case .closed:
            if closedAt.map({ max($0, call.began) }) != now {
                throw Violation("call \(id) ended with a client that is open")
            }
        }
        if let deadline = call.deadline, now > deadline { throw Violation("call \(id) outlived its deadline") }
    }
}

// MARK: - When all is over

extension FlightLedger {
    /// Of each flight's answers one is the network's: the first caller's, if it is there.
    func checkSources() throws {
        let calls = calls
        for (number, flight) in flights.enumerated() {
            let answered = calls.filter { $0.value.outcome?.flight == number }
            let owners = answered.filter { $0.value.outcome == .answer(flight: number, isNetwork: true) }
            let isAnswered = answered.values.contains { $0.outcome != .failure(flight: number) }
            guard isAnswered else { continue }
            if owners.count != 1 { throw Violation("flight \(number) has \(owners.count) network answers") }
            if answered[flight.leader] != nil, owners[flight.leader] == nil {
                throw Violation("flight \(number) left its first caller a shared answer")
            }
        }
    }

    /// Nobody flies beside a flight that could be joined, and a flight lasts as long as somebody waits for it.
    func checkTimes() throws {
        let (calls, flights) = (Array(calls.values), flights)
        for (number, flight) in flights.enumerated() {
            guard let end = flight.end else { throw Violation("flight \(number) never ended") }
            for later in flights[(number + 1)...] where later.name == flight.name && later.began < end {
                throw Violation("two flights for \(flight.name) at once")
            }
            let present = calls.filter { $0.name == flight.name && $0.began <= end }.compactMap(\.end)
            guard let lastLeft = present.filter({ $0 >= flight.began }).max(), lastLeft >= end else {
                throw Violation("flight \(number) went on though nobody waited")
            }
            guard flight.isCancelled else { continue }
            for call in calls where call.name == flight.name && call.began >= flight.began && call.began < end {
                if let callEnd = call.end, callEnd > end {
                    throw Violation("flight \(number) was cancelled though somebody waited")
                }
            }
        }
    }

    /// How often each kind of interleaving occurred.
    var tally: Tally<FlightStorm.Event> {
        let (calls, flights) = (calls, flights)
        var tally = Tally<FlightStorm.Event>()
        for (number, flight) in flights.enumerated() {
            guard let end = flight.end else { continue }
            let served = calls.values.count { $0.outcome?.flight == number }
            let leader = calls[flight.leader]
            if leader?.outcome == .cancelled, served > 0 { tally[.leaderCancelled] += 1 }
            if leader?.outcome == .deadline, served > 0 { tally[.leaderLate] += 1 }
            if flight.isCancelled { tally[.everyoneLeft] += 1 }
            let failures = calls.values.count { $0.outcome == .failure(flight: number) }
            if failures > 1 { tally[.failedForSeveral] += 1 }
            for (id, call) in calls where call.name == flight.name && id != flight.leader {
                if call.outcome == .cancelled, let left = call.end, !flight.isCancelled, call.began <= end {
                    if left > flight.began, left < end, call.began >= flight.began { tally[.followerCancelled] += 1 }
                    if left == end { tally[.cancelledAtResult] += 1 }
                }
                if flight.isCancelled, call.began == end, call.cancelledAt != end { tally[.joinedWhileLeaving] += 1 }
            }
        }
        return tally
    }
}
