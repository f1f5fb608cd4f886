import Foundation
import Synchronization

/// A body whose producer cannot pause, on its way into a file.
extension BodyChannel {
    /// Lets the producer write into a file from now on, what is in the buffer first. ``next()`` then gives an empty chunk
    /// when something has been written, and ``written`` says how much.
    ///
    /// Throws what the file does.
    func divert(to sink: FileSink) throws {
        // The producer's next chunk waits at the file until what came before it is there.
        try sink.write { write in
            let waiting = state.withLock { state -> [Data] in
                var waiting = state.putBack.map { [$0] } ?? []
                state.putBack = nil
                while let chunk = state.buffer.popFirst() { waiting.append(chunk) }
                state.sink = sink
                state.isPaused = false
                return waiting
            }
            for chunk in waiting {
                try write(chunk)
                noteWritten(chunk.count)
            }
        }
    }

    /// How many bytes are in the file.
    var written: Int { state.withLock { $0.written } }

    /// Called by the producer, on its thread.
    func write(_ chunk: Data, to sink: FileSink) -> Demand {
        do {
            try sink.write { write in try write(chunk) }
        } catch {
            breakOff(error, stopsProducer: true)
            return .stop
        }
        noteWritten(chunk.count)
        return .more
    }

    private func noteWritten(_ bytes: Int) {
        let waiter = state.withLock { state in
            state.written += bytes
            // One who waits is told by being woken.
            state.isTold = state.waiter != nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resolve(.success(Data()))
    }
}
