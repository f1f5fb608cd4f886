import ResilientHTTP

/// Sees each flight of a storm begin and end, from just inside the stage that shares; now and then it cancels some who
/// wait at the very moment of the result.
struct FlightWitness: Middleware {
    static let field = HeaderFields.Name(constant: "X-Flight")

    let storm: FlightStorm
    let ledger: FlightLedger
    let cancel: @Sendable (Int) -> Void

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        let name = FlightRequest.name(of: request, context.options)
        let leader = context.options.tags["call"].flatMap { Int($0) } ?? -1
        let number = ledger.takeOff(name, leader: leader, now: context.runtime.now)
        do {
            var response = try await next(request, context: context)
            response.headers[Self.field] = "\(number)"
            touchDown(number, name, context, isCancelled: false)
            return response
        } catch is CancellationError {
            touchDown(number, name, context, isCancelled: true)
            throw CancellationError()
        } catch var error as ResilientError {
            touchDown(number, name, context, isCancelled: false)
            if error.code == .connectionLost { error.message = "\(number)" }
            throw error
        }
    }

    private func touchDown(_ number: Int, _ name: String, _ context: RequestContext, isCancelled: Bool) {
        ledger.touchDown(number, isCancelled: isCancelled, now: context.runtime.now)
        guard !isCancelled, storm.chance(4) else { return }
        for id in ledger.waiting(for: name) where storm.chance(2) {
            if storm.chance(2) { cancel(id) } else { _ = storm.start { cancel(id) } }
        }
    }
}

/// Answers after a while with the name of what has reached it, or fails.
struct FlightTransport: Transport {
    let storm: FlightStorm
    let ledger: FlightLedger
    let capabilities = TransportCapabilities(honoursDeadlines: true)

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        ledger.send()
        try await context.sleep(for: storm.unit * (1 + storm.below(8)))
        if storm.chance(4) { throw ResilientError(.connectionLost, "lost", reachedServer: .maybe) }
        return ClientResponse(status: 200, body: .text(FlightRequest.name(of: request, context.options)))
    }
}
