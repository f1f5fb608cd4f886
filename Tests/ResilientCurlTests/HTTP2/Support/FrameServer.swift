#if os(Linux)
import Foundation
import Synchronization

@testable import ResilientHTTPTesting

/// A server of bare HTTP/2 frames on 127.0.0.1, without TLS: it keeps the protocol only as far as it is told to.
///
/// One thread serves all connections. It ends with ``stop()``.
final class FrameServer: Sendable {
    /// What a server does that nobody has told anything else.
    struct Habits: Sendable {
        /// What a connection begins with, by its number.
        var greeting: @Sendable (Int) -> [Move] = { _ in [.send(.settings())] }
        /// What is done about a path without a script: an answer that names it.
        var otherwise: FrameScript = { $0.isComplete ? Move.answer($0.stream, $0.path) : [] }
        /// Whether the client may send on when the first windows are full.
        var extendsWindows = true
        /// Whether a connection is ended when every request up to a GOAWAY's last is answered.
        var closesAfterGoAway = false
    }

    private struct State {
        var habits: Habits
        var scripts: [String: FrameScript] = [:]
        var deliveries: [Delivery] = []
        var repeats: [String: Int] = [:]
        var accepted = 0
        var open = 0
        var isStopping = false
        var isOver = false
    }

    let port: Int
    private let pipe: WakePipe
    private let state: Mutex<State>

    init(_ habits: Habits = Habits()) throws {
        let pipe = try WakePipe()
        let listener: Listener
        do {
            listener = try Listener(backlog: 128, receiveBufferBytes: nil)
        } catch {
            pipe.close()
            throw error
        }
        (self.pipe, port) = (pipe, listener.port)
        state = Mutex(State(habits: habits))
        let thread = Thread {
            var loop = FrameLoop(self, listener.socket, pipe)
            loop.run()
        }
        thread.name = "FrameServer"
        thread.start()
    }

    /// Runs `body` with a server and ends it in any case.
    static func run(_ habits: Habits = Habits(), _ body: (FrameServer) async throws -> Void) async throws {
        let server = try FrameServer(habits)
        do {
            try await body(server)
            await server.stop()
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Ends every connection and the thread, also when the task is cancelled.
    func stop() async {
        let isFirst = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        guard isFirst else { return }
        pipe.wake()
        let end = ContinuousClock.now + .seconds(10)
        while !state.withLock({ $0.isOver }), ContinuousClock.now < end { await Task.yield() }
        pipe.close()
    }

    /// Says what is done about requests for a path.
    func script(_ path: String, _ script: @escaping FrameScript) {
        state.withLock { $0.scripts[path] = script }
    }

    /// In the order in which their heads came.
    var deliveries: [Delivery] { state.withLock { $0.deliveries } }
    /// The connections there have been.
    var accepted: Int { state.withLock { $0.accepted } }
    /// The connections there are.
    var open: Int { state.withLock { $0.open } }
}

// MARK: - For its thread

extension FrameServer {
    var habits: Habits { state.withLock { $0.habits } }
    var isStopping: Bool { state.withLock { $0.isStopping } }

    func hasOpened() -> Int {
        state.withLock { state in
            defer { (state.accepted, state.open) = (state.accepted + 1, state.open + 1) }
            return state.accepted
        }
    }

    func hasClosed() { state.withLock { $0.open -= 1 } }

    func isOver() { state.withLock { $0.isOver = true } }

    /// Notes a request that begins. Returns its place and how many like it came before.
    func note(_ delivery: Delivery) -> (place: Int, repeats: Int) {
        state.withLock { state in
            let repeats = state.repeats[delivery.path + " " + delivery.key, default: 0]
            state.repeats[delivery.path + " " + delivery.key] = repeats + 1
            state.deliveries.append(delivery)
            return (state.deliveries.count - 1, repeats)
        }
    }

    func change(_ place: Int, _ change: (inout Delivery) -> Void) {
        state.withLock { change(&$0.deliveries[place]) }
    }

    func moves(_ arrival: Arrival) -> [Move] {
        let script = state.withLock { $0.scripts[arrival.path] ?? $0.habits.otherwise }
        return script(arrival)
    }
}
#endif
