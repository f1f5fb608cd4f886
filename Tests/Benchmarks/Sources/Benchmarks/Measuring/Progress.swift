import Foundation
import Synchronization

/// What is being measured, on standard error: one line that is written over on a terminal, else a line for each part.
final class Progress: Sendable {
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private let part = Mutex("")
    private let began = ContinuousClock.now

    /// A part begins.
    func begin(_ name: String) {
        part.withLock { $0 = name }
        write(isTerminal ? "\r\u{1B}[K\(stamp) \(name)" : "\(stamp) \(name)\n")
    }

    /// How far the part is.
    func note(_ text: String) {
        guard isTerminal else { return }
        write("\r\u{1B}[K\(stamp) \(part.withLock { $0 }): \(text)")
    }

    func note(round: Int, of rounds: Int, _ row: String) {
        note("round \(round + 1) of \(rounds), \(row)")
    }

    /// Something to know that is no part of the report.
    func say(_ text: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
    }

    /// Leaves a clean line.
    func end() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    private var stamp: String {
        let seconds = Int(began.duration(to: .now) / .seconds(1))
        return String(format: "[%d:%02d]", seconds / 60, seconds % 60)
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
