import ExampleSupport
import Foundation
import Synchronization

/// How far the run is: one line that is overwritten on a terminal, one line a scenario elsewhere.
final class ProgressLine: Sendable {
    private struct State {
        var scenario = 0
        var name = ""
        var lane = ""
        var done = 0
        var total = 0
    }

    private let console: Console
    private let scenarios: Int
    private let state = Mutex(State())
    /// Redrawn about twenty times a lane: a terminal can be slower than the requests.
    private static let steps = 20

    init(_ console: Console, scenarios: Int) {
        self.console = console
        self.scenarios = scenarios
    }

    func begin(_ name: String, _ lane: String, of total: Int) {
        let (state, isNew) = state.withLock { state in
            let isNew = state.name != name
            if isNew { state.scenario += 1 }
            state.name = name
            state.lane = lane
            state.done = 0
            state.total = total
            return (state, isNew)
        }
        if console.isTerminal {
            draw(state)
        } else if isNew {
            console.write("[\(state.scenario)/\(scenarios)] \(name)\n")
        }
    }

    func advance() {
        let state = state.withLock { state in
            state.done += 1
            return state
        }
        guard console.isTerminal, state.done % max(1, state.total / Self.steps) == 0 else { return }
        draw(state)
    }

    func end() {
        console.write(console.isTerminal ? Self.clear : "\n")
    }

    private static let clear = "\r\u{1B}[K"

    private func draw(_ state: State) {
        let place = console.styled("[\(state.scenario)/\(scenarios)]", .dim)
        console.write("\(Self.clear)\(place) \(state.name): \(state.lane), \(state.done) of \(state.total)")
    }
}
