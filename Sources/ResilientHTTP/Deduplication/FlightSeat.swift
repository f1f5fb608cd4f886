/// A call's place in a flight: how it waits, leaves and gets off.
final class FlightSeat: Sendable {
    /// Who comes first decides how the wait ends: the flight, the call's deadline, cancellation or the shutdown.
    let shot: OneShot<Landing>
    private let table: FlightTable
    private let place: FlightTable.Place
    private let timer: ClockTimer?

    init(
        _ table: FlightTable,
        _ place: FlightTable.Place,
        _ shot: OneShot<Landing>,
        _ context: RequestContext
    ) {
        (self.table, self.place, self.shot) = (table, place, shot)
        let runtime = context.runtime
        timer = context.deadline.map { deadline in
            runtime.schedule(at: deadline.instant) {
                guard shot.resolve(.failure(deadline.error(reachedServer: .maybe))) else { return }
                guard let task = table.leave(place) else { return }
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
        table.leave(place)?.cancel()
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
    var latest: MonotonicTime? { table.latestDeadline(at: place) }

    /// Hands the task over that is to be cancelled when nobody is left.
    func depart(_ task: Task<Void, Never>) {
        if !table.note(task, at: place) { task.cancel() }
    }

    /// Brings an answer to all who wait: as it is to one of them, which keeps it in the cache if there is one, and as a
    /// shared one to the others.
    @inline(never)
    func land(_ response: ClientResponse, of request: ClientRequest) {
        guard let passengers = table.land(place) else { return }
        var response = response
        // Others may have asked with another fragment; each puts its own URL in.
        if !passengers.isFirstCallerAlone, response.url == request.url { response.url = nil }
        var landing = Landing(.success(response))
        var isTaken = false
        passengers.forEach { passenger in
            guard passenger.shot.resolve(.success(landing)), !isTaken else { return }
            isTaken = true
            guard !passengers.isFirstCallerAlone else { return }
            response.source = .coalesced
            landing = Landing(.success(response))
        }
    }

    /// Brings an error to all who wait.
    @inline(never)
    func land(_ error: any Error, _ context: RequestContext) {
        guard let passengers = table.land(place) else { return }
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
        passengers.forEach { $0.shot.resolve(.success(landing)) }
    }
}
