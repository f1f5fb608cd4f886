import Synchronization

/// The flights that are under way, by their keys, and who waits for which.
///
/// One short critical section for each coming and going, and no other: whoever waits, waits outside. A flight is here as
/// long as it can be joined, so one that is about to land, or that everybody has left, is never joined.
final class FlightTable: Sendable {
    /// Where a call has its place.
    struct Place: Sendable {
        /// The flight's own key: that of a call which has joined is let go.
        let key: FlightKey
        /// Names the flight for as long as it is in the table, and nothing afterwards: its key may fly again.
        let flight: Int
        /// The call's number in it.
        let number: Int
        /// Whose flight it is; nil for a call that has begun one.
        let leader: RequestID?
    }

    private struct Flight {
        let number: Int
        let leader: RequestID
        var task: Task<Void, Never>?
        var passengers: Passengers
    }

    private struct State {
        var flights: [FlightKey: Flight] = [:]
        var nextFlight = 0
        var statistics = DeduplicationStatistics()

        /// Nil for a flight that has landed or been left, though its key may fly again.
        func index(of place: Place) -> Dictionary<FlightKey, Flight>.Index? {
            guard let index = flights.index(forKey: place.key), flights.values[index].number == place.flight else {
                return nil
            }
            return index
        }
    }

    private let maxFlights: Int
    private let state = Mutex(State())

    init(maxFlights: Int) {
        self.maxFlights = maxFlights
    }

    var statistics: DeduplicationStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.flying = state.flights.count
            return statistics
        }
    }

    /// Joins the flight of a key, or begins one; nil when there are too many.
    func enter(_ key: FlightKey, _ passenger: Passengers.Passenger, _ requestID: RequestID) -> Place? {
        state.withLock { state in
            if let index = state.flights.index(forKey: key) {
                state.statistics.coalesced += 1
                state.statistics.waiting += 1
                let number = state.flights.values[index].passengers.add(passenger)
                let flight = state.flights.values[index]
                return Place(
                    key: state.flights.keys[index],
                    flight: flight.number,
                    number: number,
                    leader: flight.leader
                )
            }
            guard state.flights.count < maxFlights else {
                state.statistics.alone += 1
                return nil
            }
            state.nextFlight += 1
            state.statistics.flights += 1
            state.statistics.waiting += 1
            state.flights[key] = Flight(
                number: state.nextFlight,
                leader: requestID,
                passengers: Passengers(passenger)
            )
            return Place(key: key, flight: state.nextFlight, number: Passengers.firstNumber, leader: nil)
        }
    }

    /// Notes the task of a flight that has begun. False when nobody has waited for it.
    func note(_ task: Task<Void, Never>, at place: Place) -> Bool {
        state.withLock { state in
            guard let index = state.index(of: place) else { return false }
            state.flights.values[index].task = task
            return true
        }
    }

    /// Takes a call out of its flight. Returns the task of a flight that nobody waits for any more, to be cancelled.
    func leave(_ place: Place) -> Task<Void, Never>? {
        state.withLock { state in
            guard let index = state.index(of: place),
                state.flights.values[index].passengers.remove(place.number)
            else { return nil }
            state.statistics.waiting -= 1
            guard state.flights.values[index].passengers.isEmpty else { return nil }
            state.statistics.abandoned += 1
            return state.flights.remove(at: index).value.task
        }
    }

    /// Takes a flight out that has its result; nil when everybody has left it.
    func land(_ place: Place) -> Passengers? {
        state.withLock { state in
            guard let index = state.index(of: place) else { return nil }
            let passengers = state.flights.remove(at: index).value.passengers
            state.statistics.waiting -= passengers.count
            return passengers
        }
    }

    /// Until when anybody waits for a flight; nil when somebody waits for ever.
    func latestDeadline(at place: Place) -> MonotonicTime? {
        state.withLock { state in
            state.index(of: place).flatMap { state.flights.values[$0].passengers.latestDeadline }
        }
    }
}
