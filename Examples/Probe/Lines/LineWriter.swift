import Foundation
import Synchronization

/// The one writer of standard output: lines come out whole, at once, in the order in which they were handed over.
final class LineWriter: Sendable {
    private let handle: FileHandle
    /// Not the tasks' threads: whoever reads the output may be slow.
    private let queue = DispatchQueue(label: "Probe.LineWriter")
    private let failed = Atomic(false)

    init(_ handle: FileHandle) {
        self.handle = handle
    }

    /// Whether nobody takes the output any more.
    var hasFailed: Bool { failed.load(ordering: .acquiring) }

    /// Writes a line, and returns when it is written.
    func write(_ line: Data) async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                do {
                    try handle.write(contentsOf: line)
                } catch {
                    failed.store(true, ordering: .releasing)
                }
                continuation.resume()
            }
        }
    }
}
