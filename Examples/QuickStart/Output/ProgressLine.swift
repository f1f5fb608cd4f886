import ExampleSupport
import Foundation
import Synchronization

/// How far the run is: one line that is overwritten on a terminal, one line a scenario elsewhere.
final class ProgressLine: Sendable {
    private struct State {
        var scenario = 0
        var name = ""
        var kind = LaneKind.bare
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

    func begin(_ name: String, _ kind: LaneKind, of total: Int) {
        let state = state.withLock { state in
            if state.name != name { state.scenario += 1 }
            state.name = name
            state.kind = kind
            state.done = 0
            state.total = total
            return state
        }
        if console.isTerminal {
            draw(state)
        } else if kind == .bare {
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
        console.write("\(Self.clear)\(place) \(state.name): \(state.kind.rawValue), \(state.done) of \(state.total)")
    }
}
