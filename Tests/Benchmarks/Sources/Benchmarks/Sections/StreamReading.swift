import Dispatch
import Foundation
import Synchronization

/// One stream as it is read, in microseconds: its chunks carry the time at which they were sent.
final class StreamReading: Sendable {
    private struct State {
        var first: Double?
        var latencies: [Double] = []
    }

    private let began = DispatchTime.now().uptimeNanoseconds
    private let state = Mutex(State())

    func note(_ chunk: Data) {
        let now = DispatchTime.now().uptimeNanoseconds
        // Chunks that came together: the last one's time.
        let sent = String(decoding: chunk, as: UTF8.self).split(separator: "\n").last.flatMap { line in
            UInt64(line.drop { !$0.isNumber })
        }
        state.withLock { state in
            if state.first == nil { state.first = Double(now - began) / 1_000 }
            if let sent { state.latencies.append(Double(now - sent) / 1_000) }
        }
    }

    var first: Double? { state.withLock { $0.first } }
    var latencies: [Double] { state.withLock { $0.latencies } }
}
