/// A call's place in a flight: how it waits, leaves and gets off.
final class FlightSeat: Sendable {
    /// Who comes first decides how the wait ends: the flight, the call's deadline, cancellation or the shutdown.
    let shot: OneShot<Landing>
    private let table: FlightTable
    private let key: FlightKey
    private let place: FlightTable.Place
    private let timer: ClockTimer?

    init(
        _ table: FlightTable,
        _ key: FlightKey,
        _ place: FlightTable.Place,
        _ shot: OneShot<Landing>,
        _ context: RequestContext
    ) {
        (self.table, self.key, self.place, self.shot) = (table, key, place, shot)
        let runtime = context.runtime
        timer = context.deadline.map { deadline in
            runtime.schedule(at: deadline.instant) {
                guard shot.resolve(.failure(deadline.error(reachedServer: .maybe))) else { return }
                guard let task = table.leave(key, place) else { return }
                // Elsewhere: cancelling runs the handlers of the flight's own waits, which may block, and this thread
                // serves every timer of the process.
                runtime.start { task.cancel() }
            }
        }
    }

    /// Leaves without an answer. The last one to leave ends the flight.
    @inline(never)
    func leave() {
        timer?.cancel()
        table.leave(key, place)?.cancel()
    }

    /// Gets off with what the flight has brought.
    @inline(never)
    func answer(_ landing: Landing, to request: ClientRequest) throws -> ClientResponse {
        timer?.cancel()
        return try landing.answer(to: request)
    }
}

// MARK: - For the flight, by the seat of its first caller

extension FlightSeat: SharedDeadline {
    var latest: MonotonicTime? { table.latestDeadline(of: key, place.flight) }

    /// Hands the task over that is to be cancelled when nobody is left.
    func depart(_ task: Task<Void, Never>) {
        if !table.note(task, of: key, place.flight) { task.cancel() }
    }

    /// Brings an answer to all who wait: as it is to one of them, which keeps it in the cache if there is one, and as a
    /// shared one to the others.
    @inline(never)
    func land(_ response: ClientResponse, of request: ClientRequest) {
        guard let passengers = table.land(key, place.flight) else { return }
        var response = response
        // Others may have asked with another fragment; each puts its own URL in.
        if !passengers.isFirstCallerAlone, response.url == request.url { response.url = nil }
        var landing = Landing(.success(response))
        for passenger in passengers.inOrder where passenger.shot.resolve(.success(landing)) {
            guard response.source != .coalesced else { continue }
            response.source = .coalesced
            landing = Landing(.success(response))
        }
    }

    /// Brings an error to all who wait.
    @inline(never)
    func land(_ error: any Error, _ context: RequestContext) {
        guard let passengers = table.land(key, place.flight) else { return }
        var error = error
        // They have not been cancelled, so to them it is something else.
        if error is CancellationError {
            error = TransportErrors.normalized(error, in: context.call, isCancelled: false)
        }
        // The others' records do not have the attempts, which say whether the request has reached the server.
        if !passengers.isFirstCallerAlone, var known = error as? ResilientError {
            known.describe(context.call)
            error = known
        }
        let landing = Landing(.failure(error))
        for passenger in passengers.inOrder { passenger.shot.resolve(.success(landing)) }
    }
}
