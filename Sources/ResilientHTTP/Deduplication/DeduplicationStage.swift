/// One flight for identical requests that are under way at the same time.
///
/// A flight is a task of its own, with the first caller's task-locals and record, and belongs to nobody: each call waits
/// for it by itself and ends by its own deadline, cancellation or shutdown, and the flight goes on for those who are
/// left. It ends with its answer, or when nobody is left.
final class DeduplicationStage: Middleware {
    private let methods: Set<ClientRequest.Method>
    private let sharesGet: Bool
    private let ignored: IgnoredFields
    private let table: FlightTable
    /// A call that comes after a change has ended does not join a flight that left before.
    private let changes = ChangeEpochs()

    init(_ configuration: DeduplicationConfiguration) {
        methods = Set(configuration.methods.map { ClientRequest.Method($0) })
        sharesGet = methods.contains(.get)
        ignored = IgnoredFields(configuration.ignoredHeaders)
        table = FlightTable(maxFlights: configuration.maxFlights)
    }

    var statistics: DeduplicationStatistics { table.statistics }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        guard let seat = try seat(for: request, context, next) else {
            defer { noteChange(request) }
            return try await next(request, context: context)
        }
        return try seat.answer(
            try await context.call.interruptible(seat.shot, onEnd: { seat.leave() }),
            to: request
        )
    }

    /// A place in a flight, which begins unless it is under way; nil for a request that flies alone.
    @inline(never)
    private func seat(for request: ClientRequest, _ context: RequestContext, _ next: Next) throws -> FlightSeat? {
        guard mayShare(request, context) else { return nil }
        let epoch = changes.epoch(of: request.target.key)
        guard let key = FlightKey(request, context, ignoring: ignored, epoch: epoch) else { return nil }
        // Nothing is begun for a call that is over.
        try context.checkIfOver()
        let shot = OneShot<Landing>()
        let passenger = Passengers.Passenger(shot: shot, deadline: context.deadline?.instant)
        guard let place = table.enter(key, passenger, context.requestID) else {
            context.explain(.deduplication, .note("flies alone: too many flights are under way"))
            return nil
        }
        let seat = FlightSeat(table, place, shot, context)
        if let leader = place.leader {
            context.explain(.deduplication, .note("shares the flight of request \(leader)"))
        } else {
            context.explain(.deduplication, .passed)
            begin(seat, request, context, next)
        }
        return seat
    }

    /// Also for one that failed: it may have been carried out. What the caller lets share changes nothing.
    @inline(never)
    private func noteChange(_ request: ClientRequest) {
        if !request.method.isSafe { changes.advance(request.target.key) }
    }

    /// A body that is read as it arrives has one reader, a copy is sent because the first request is slow, and progress
    /// is reported to one caller.
    private func mayShare(_ request: ClientRequest, _ context: RequestContext) -> Bool {
        if context.body.isStream || context.isHedge || context.wantsUploadProgress { return false }
        if let isDeduplicated = context.options.isDeduplicated { return isDeduplicated }
        return request.method == .get ? sharesGet : methods.contains(request.method)
    }

    private func begin(_ seat: FlightSeat, _ request: ClientRequest, _ context: RequestContext, _ next: Next) {
        var context = context
        context.deadline = nil
        context.sharedDeadline = seat
        let shared = context
        seat.depart(context.runtime.start { await Self.fly(seat, request, shared, next) })
    }

    @inline(never)
    private static func fly(
        _ seat: FlightSeat,
        _ request: ClientRequest,
        _ context: RequestContext,
        _ next: Next
    ) async {
        do {
            let response = try await next(request, context: context)
            guard response.body.isStream else { return seat.land(response, of: request) }
            seat.land(try await whole(response, context), of: request)
        } catch {
            seat.land(error, context)
        }
    }

    /// A stage further in may have answered with a stream of its own; several cannot read it.
    @inline(never)
    private static func whole(_ response: ClientResponse, _ context: RequestContext) async throws -> ClientResponse {
        var response = response
        response.body = Pipeline.bounded(response.body, deadline: nil, context)
        response.body = try await response.body.inMemory(limit: context.body.limit)
        return response
    }
}

extension ClientResponse.Source {
    /// Another call's request brought the answer, which was under way already.
    public static let coalesced = Self(rawValue: "coalesced")
}
