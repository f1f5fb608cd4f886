import ExampleSupport
import Synchronization

/// How far the storm is: one line that is overwritten on a terminal, a line a tenth elsewhere.
final class ProgressLine: Sendable {
    private static let clear = "\r\u{1B}[K"

    private let console: Console
    private let total: Int
    private let step: Int
    private let done = Atomic(0)
    private let started = ContinuousClock().now

    init(_ console: Console, total: Int) {
        self.console = console
        self.total = total
        step = max(1, total / (console.isTerminal ? 200 : 10))
    }

    func advance() {
        let done = done.wrappingAdd(1, ordering: .relaxed).newValue
        guard done % step == 0 else { return }
        let seconds = max((ContinuousClock().now - started) / .seconds(1), 0.001)
        let text = "\(done) of \(total), \(Int(Double(done) / seconds)) requests/s"
        console.write(console.isTerminal ? Self.clear + text : text + "\n")
    }

    func end() {
        console.write(console.isTerminal ? Self.clear : "\n")
    }
}
