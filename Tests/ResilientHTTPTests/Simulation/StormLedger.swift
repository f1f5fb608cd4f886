import ResilientHTTP
import Synchronization

/// What each call of a storm is doing, and how often each interleaving occurred.
final class StormLedger: Sendable {
    enum Phase {
        case notSent
        case sending
        case between
        case done
    }

    private struct State {
        var phases: [Int: Phase] = [:]
        var cancelledAt: [Int: MonotonicTime] = [:]
        var tally = Tally<CallStorm.Event>()
    }

    private let state = Mutex(State())

    var tally: Tally<CallStorm.Event> { state.withLock { $0.tally } }

    func enter(_ phase: Phase, call: Int) {
        state.withLock { state in
            if state.phases[call] != .done { state.phases[call] = phase }
        }
    }

    func noteCancellation(of call: Int, isAtDeadline: Bool, now: MonotonicTime) {
        state.withLock { state in
            let phase = state.phases[call] ?? .notSent
            guard phase != .done else { return }
            state.cancelledAt[call] = now
            if isAtDeadline { state.tally[.cancelledAtDeadline] += 1 }
            switch phase {
            case .sending: state.tally[.cancelledWhileSending] += 1
            case .between: state.tally[.cancelledInBackoff] += 1
            case .notSent, .done: break
            }
        }
    }

    /// Notes the end of a call; returns when it was cancelled, if it was.
    func end(of call: Int, _ result: Result<ClientResponse, any Error>) -> MonotonicTime? {
        state.withLock { state in
            state.phases[call] = .done
            if case .failure(let error as ResilientError) = result, error.code == .clientClosed {
                state.tally[.endedByShutdown] += 1
            }
            return state.cancelledAt[call]
        }
    }

    /// Notes that the transport has come to an end with a request.
    func noteAnswer(to call: Int, isAtTimeout: Bool) {
        state.withLock { state in
            if isAtTimeout { state.tally[.timeoutsRacingAnswers] += 1 }
            if state.phases[call] != .sending { state.tally[.lateAnswers] += 1 }
        }
    }
}

/// Tells the ledger when a call is on the wire and when between two attempts.
struct StormPhases: Middleware {
    let ledger: StormLedger

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        let call = Int(context.options.tags["call"] ?? "") ?? -1
        ledger.enter(.sending, call: call)
        defer { ledger.enter(.between, call: call) }
        return try await next(request, context: context)
    }
}
