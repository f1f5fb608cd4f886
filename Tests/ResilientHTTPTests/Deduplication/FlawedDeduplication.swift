import ResilientHTTP
import Synchronization

@testable import class ResilientHTTP.OneShot

/// Shared flights in the simplest words, with one thing wrong or nothing: what the storm's checks are checked with.
final class FlawedDeduplication: Middleware {
    enum Flaw: CaseIterable {
        case none
        /// Who cancels first ends it for all.
        case leaderCancelsAll
        /// The first caller's deadline is the flight's.
        case leaderDeadlineForAll
        /// Followers wait without their deadlines.
        case deafToDeadlines
        /// Credentials do not tell requests apart.
        case sharedCredentials
        /// Tenants do not tell requests apart.
        case sharedTenants
        /// Bodies do not tell requests apart.
        case sharedBodies
        /// The order of values does not tell requests apart.
        case sortedValues
        /// Whoever comes when all have left joins what is being cancelled.
        case joinsDyingFlight
        /// A flight can be joined after it has landed.
        case joinsLandedFlight
        /// Everybody's answer is the network's.
        case severalNetworkAnswers
        /// The first caller's part goes to somebody else.
        case lastComesFirst
        /// Nobody ends a flight that nobody waits for.
        case fliesOnForNobody
        /// The first to leave ends it.
        case firstToLeaveEndsIt
        /// A failure is the first caller's alone, and the others wait.
        case failuresAreNotShared
        /// Ignored fields tell requests apart.
        case nothingIsIgnored
    }

    private struct Waiter {
        let id: Int
        let shot: OneShot<ClientResponse>
    }

    private struct Flight {
        let id: Int
        var task: Task<Void, Never>?
        var waiters: [Waiter]
        var isDying = false
    }

    private struct State {
        var flights: [String: Flight] = [:]
        var nextID = 0
    }

    private let flaw: Flaw
    private let state = Mutex(State())

    init(_ flaw: Flaw) {
        self.flaw = flaw
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try context.checkIfOver()
        let key = key(of: request, context)
        let (waiter, flight, isFirst) = enter(key)
        if isFirst { start(flight, key, request, context, next) }
        let deadline = flaw == .deafToDeadlines && !isFirst ? nil : context.deadline
        let timer = deadline.map { deadline in
            context.runtime.schedule(at: deadline.instant) {
                guard waiter.shot.resolve(.failure(deadline.error(reachedServer: .maybe))) else { return }
                self.leave(key, flight, waiter, isFirst: isFirst)
            }
        }
        defer { timer?.cancel() }
        var response = try await context.call.interruptible(waiter.shot) {
            self.leave(key, flight, waiter, isFirst: isFirst)
        }
        response.url = request.url
        return response
    }

    private func key(of request: ClientRequest, _ context: RequestContext) -> String {
        var (request, options) = (request, context.options)
        switch flaw {
        case .sharedCredentials:
            request.headers.removeAll { ["authorization", "cookie"].contains($0.name.canonicalName) }
        case .sharedTenants:
            options.tenant = nil
        case .sharedBodies:
            request.body = .empty
        case .sortedValues:
            request.headers = HeaderFields(request.headers.sorted { $0.value < $1.value })
        default:
            break
        }
        let trace = HeaderFields.Name(constant: "Traceparent")
        let ignored = flaw == .nothingIsIgnored ? request.headers[trace] ?? "" : ""
        return FlightRequest.name(of: request, options) + ignored
    }

    private func enter(_ key: String) -> (Waiter, Int, Bool) {
        state.withLock { state in
            state.nextID += 1
            let waiter = Waiter(id: state.nextID, shot: OneShot())
            if var flight = state.flights[key], !flight.isDying || flaw == .joinsDyingFlight {
                flight.waiters.append(waiter)
                state.flights[key] = flight
                return (waiter, flight.id, false)
            }
            state.flights[key] = Flight(id: waiter.id, waiters: [waiter])
            return (waiter, waiter.id, true)
        }
    }

    private func start(
        _ flight: Int,
        _ key: String,
        _ request: ClientRequest,
        _ context: RequestContext,
        _ next: Next
    ) {
        var own = context
        if flaw != .leaderDeadlineForAll { own.deadline = nil }
        let context = own
        let task = context.runtime.start {
            do {
                let response = try await next(request, context: context)
                self.land(.success(response), key, flight)
            } catch {
                self.land(.failure(error), key, flight)
            }
        }
        let isGone = state.withLock { state in
            guard state.flights[key]?.id == flight else { return true }
            state.flights[key]?.task = task
            return false
        }
        if isGone { task.cancel() }
    }

    private func leave(_ key: String, _ flight: Int, _ waiter: Waiter, isFirst: Bool) {
        let task = state.withLock { state -> Task<Void, Never>? in
            guard state.flights[key]?.id == flight else { return nil }
            state.flights[key]?.waiters.removeAll { $0.id == waiter.id }
            if isFirst, flaw == .leaderCancelsAll { return state.flights[key]?.task }
            if flaw == .firstToLeaveEndsIt { return state.flights[key]?.task }
            guard state.flights[key]?.waiters.isEmpty == true, flaw != .fliesOnForNobody else { return nil }
            let task = state.flights[key]?.task
            // Its entry stays until the task has come to its end.
            if flaw == .joinsDyingFlight { state.flights[key]?.isDying = true } else { state.flights[key] = nil }
            return task
        }
        task?.cancel()
    }

    private func land(_ result: Result<ClientResponse, any Error>, _ key: String, _ flight: Int) {
        var waiters = state.withLock { state -> [Waiter] in
            guard let landed = state.flights[key], landed.id == flight else { return [] }
            if flaw != .joinsLandedFlight { state.flights[key] = nil }
            return landed.waiters
        }
        if flaw == .lastComesFirst { waiters.reverse() }
        if case .failure = result, flaw == .failuresAreNotShared { waiters = Array(waiters.prefix(1)) }
        var result = result
        for waiter in waiters where waiter.shot.resolve(result) {
            guard flaw != .severalNetworkAnswers, case .success(var response) = result else { continue }
            response.source = .coalesced
            result = .success(response)
        }
    }
}
