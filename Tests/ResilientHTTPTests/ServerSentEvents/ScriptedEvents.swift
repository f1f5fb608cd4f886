import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// A server of event streams that follows a script, one connection after the other.
final class ScriptedEvents: Sendable {
    enum Step: Sendable {
        case chunk(Data)
        case pause(Duration)
        case cut(any Error)

        static func text(_ text: String) -> Step { .chunk(Data(text.utf8)) }
        static let lost = Step.cut(ResilientError(.connectionLost, "cut", reachedServer: .yes))
    }

    struct Connection: Sendable {
        var status: ClientResponse.Status = 200
        var contentType: String? = "text/event-stream"
        var headers = HeaderFields()
        var steps: [Step] = []
        /// Instead of an answer.
        var error: (any Error)?

        static func events(_ text: String, then steps: Step...) -> Connection {
            Connection(steps: [.text(text)] + steps)
        }

        static func status(_ status: ClientResponse.Status, _ headers: HeaderFields = [:]) -> Connection {
            Connection(status: status, contentType: nil, headers: headers)
        }

        static func failing(_ code: ResilientError.Code, retryAfter: Duration? = nil) -> Connection {
            var error = ResilientError(code, "scripted", reachedServer: .no)
            error.retryAfter = retryAfter
            return Connection(error: error)
        }
    }

    private struct State {
        var rest: [Connection]
        var ids: [String?] = []
        var times: [MonotonicTime] = []
    }

    private let state: Mutex<State>
    private let open = OpenCount()

    /// After the script every connection is answered with 204.
    init(_ connections: [Connection]) {
        state = Mutex(State(rest: connections))
    }

    /// What each connection sent as `Last-Event-ID`.
    var ids: [String?] { state.withLock { $0.ids } }

    /// The seconds from the first connection to each.
    var seconds: [Double] {
        state.withLock { state in state.times.map { ($0 - state.times[0]).decimalSeconds } }
    }

    /// How many connections the client holds.
    var openConnections: Int { open.value }

    func events(
        _ simulation: Simulation,
        _ reconnection: EventReconnection? = nil,
        maximumEventSize: Int = ServerSentEventDecoder.defaultMaximumEventSize,
        lastEventID: String = ""
    ) throws -> ServerSentEvents {
        let source = EventSource(runtime: simulation.runtime) { [self] id in
            let connection = state.withLock { state -> Connection in
                state.ids.append(id)
                state.times.append(simulation.clock.now)
                return state.rest.isEmpty ? .status(204) : state.rest.removeFirst()
            }
            if let error = connection.error { throw error }
            var headers = connection.headers
            headers[.contentType] = connection.contentType
            return ClientResponse(
                status: connection.status,
                headers: headers,
                body: .stream(Body(steps: connection.steps, simulation: simulation, connection: open.enter()))
            )
        }
        return try ServerSentEvents(
            source,
            reconnection: reconnection,
            maximumEventSize: maximumEventSize,
            lastEventID: lastEventID
        )
    }

    /// All events to the end.
    func collect(_ simulation: Simulation, _ reconnection: EventReconnection? = nil) async throws -> [String] {
        var data: [String] = []
        for try await event in try events(simulation, reconnection) { data.append(event.data) }
        return data
    }
}

extension ScriptedEvents {
    private final class OpenCount: Sendable {
        private let count = Atomic(0)

        var value: Int { count.load(ordering: .relaxed) }

        func enter() -> Token {
            count.add(1, ordering: .relaxed)
            return Token { [self] in count.subtract(1, ordering: .relaxed) }
        }
    }

    /// A connection is open for as long as somebody holds this.
    private final class Token: Sendable {
        private let onEnd: @Sendable () -> Void

        init(onEnd: @escaping @Sendable () -> Void) {
            self.onEnd = onEnd
        }

        deinit {
            onEnd()
        }
    }

    private struct Body: AsyncSequence, Sendable {
        typealias Element = Data
        typealias Failure = any Error

        let steps: [Step]
        let simulation: Simulation
        let connection: Token

        func makeAsyncIterator() -> Iterator { Iterator(body: self) }

        struct Iterator: AsyncIteratorProtocol {
            let body: Body
            private var position = 0

            init(body: Body) {
                self.body = body
            }

            mutating func next() async throws -> Data? {
                while position < body.steps.count {
                    position += 1
                    switch body.steps[position - 1] {
                    case .chunk(let data): return data
                    case .pause(let duration): try await body.simulation.sleep(for: duration)
                    case .cut(let error): throw error
                    }
                }
                return nil
            }
        }
    }
}

/// Runs a body in a simulation, checks that it leaves nothing and throws its own error, not the simulation's.
func simulateEvents<Result: Sendable>(
    seed: UInt64 = 0,
    _ server: ScriptedEvents,
    _ body: @escaping @Sendable (Simulation) async throws -> Result
) throws -> Result {
    let simulation = Simulation(seed: seed)
    let result = Swift.Result { try simulation.run(body) }
    try simulation.settleToNothing()
    guard server.openConnections == 0 else { throw OpenConnections(count: server.openConnections) }
    do {
        return try result.get()
    } catch let failure as SimulationFailure {
        throw failure.cause ?? failure
    }
}

struct OpenConnections: Error {
    let count: Int
}
