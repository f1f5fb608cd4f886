public import Foundation
import Synchronization

/// The way of a streamed body from a transport to its reader: a bounded buffer between one producer and one consumer.
///
/// A transport makes a channel for each answer that it streams, returns ``ResponseBody/channel(_:)`` with the head, and
/// feeds it from any thread:
///
/// ```swift
/// let channel = BodyChannel(
///     onDemand: { socket.queue.async { socket.resume() } },
///     onStop: { socket.queue.async { socket.close() } }
/// )
/// socket.onBytes = { if channel.write($0) == .pause { socket.pause() } }  // on its queue
/// socket.onEnd = { error in channel.finish(throwing: error) }
/// ```
///
/// (On one queue, because a reader who is quick calls `onDemand` before the producer has paused.)
///
/// The client bounds it: the idle timeout while the reader waits, the total deadline, the response limit, cancellation
/// and shutdown all end it from outside, whatever the transport does, and `onStop` tells the transport.
public final class BodyChannel: Sendable {
    /// What the producer is to do after a chunk.
    public enum Demand: Sendable, Hashable {
        /// Go on.
        case more
        /// The buffer is full: stop reading from the wire until `onDemand` is called. What is written nevertheless is
        /// kept.
        case pause
        /// Nobody wants more: stop, and free what belongs to the answer.
        case stop
    }

    /// Why a channel takes nothing more.
    enum Ending {
        /// The producer has finished; what is in the buffer can still be read.
        case complete
        /// The producer broke off; what is in the buffer can still be read, then the error is thrown.
        case broken(any Error)
        /// Ended from the reader's side: nothing can be read any more.
        case ended(any Error)
    }

    struct State {
        var buffer = ChunkQueue()
        /// What was read ahead and given back. The producer has nothing to do with it.
        var putBack: Data?
        var received = 0
        /// Where the bytes go instead of the buffer.
        var sink: FileSink?
        /// How many have gone there, and whether the reader has been told of the last.
        var written = 0
        var isTold = true
        var trailers = HeaderFields()
        var isPaused = false
        var waiter: OneShot<Data?>?
        var waitingSince: MonotonicTime?
        var idleTimerTime: MonotonicTime?
        var rules: BodyRules?
        var deadlineTimer: ClockTimer?
        var idleTimer: ClockTimer?
        /// How the body ended; from then on nothing comes any more.
        var ends = EndHandlers()
        /// What the reader is told of it, when everything has been given back.
        var ending: Ending?
        var onDemand: (@Sendable () -> Void)?
        var onStop: (@Sendable () -> Void)?
    }

    /// The capacity unless another is chosen: 256 KiB.
    static let defaultCapacity = 256 << 10

    /// Where the producer is asked to pause, in bytes.
    public let capacity: Int
    /// Whether a file that the body goes to is written by the producer's thread, because the producer cannot pause: a
    /// disk that is slower than the server then slows the producer down, and nothing piles up for the reader.
    let isWrittenByProducer: Bool
    let state: Mutex<State>

    /// Makes a channel.
    ///
    /// - Parameters:
    ///   - capacity: the bytes in the buffer from which on ``write(_:)`` asks for a pause, at least 1. Default:
    ///     256 KiB.
    ///   - onDemand: called after a pause, from the reader's task, when the buffer is half empty.
    ///   - onStop: called once at most, from any thread, when the reader's side has ended the body; from within
    ///     ``write(_:)`` when a chunk is over the call's limit. Both closures must be short; they are let go of at the
    ///     end.
    public convenience init(
        capacity: Int = 256 << 10,
        onDemand: @escaping @Sendable () -> Void = {},
        onStop: @escaping @Sendable () -> Void = {}
    ) {
        self.init(capacity: capacity, isWrittenByProducer: false, onDemand: onDemand, onStop: onStop)
    }

    init(
        capacity: Int,
        isWrittenByProducer: Bool,
        onDemand: @escaping @Sendable () -> Void = {},
        onStop: @escaping @Sendable () -> Void
    ) {
        self.capacity = max(1, capacity)
        self.isWrittenByProducer = isWrittenByProducer
        state = Mutex(State(onDemand: onDemand, onStop: onStop))
    }

    /// Hands a chunk to the reader, and says whether more is wanted. An empty chunk changes nothing.
    @discardableResult
    public func write(_ chunk: Data) -> Demand {
        var sink: FileSink?
        let step = state.withLock { state -> (demand: Demand, waiter: OneShot<Data?>?, error: ResilientError?) in
            guard state.ends.outcome == nil else { return (.stop, nil, nil) }
            guard !chunk.isEmpty else { return (state.isPaused ? .pause : .more, nil, nil) }
            state.received += chunk.count
            if let limit = state.rules?.limit, state.received > limit {
                return (.stop, nil, ResponseBody.tooLarge(limit))
            }
            sink = state.sink
            if sink != nil { return (.more, nil, nil) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (.more, waiter, nil)
            }
            state.buffer.append(chunk)
            // A chunk that comes after all does not end a pause: only the reader does.
            if state.buffer.bytes >= capacity { state.isPaused = true }
            return (state.isPaused ? .pause : .more, nil, nil)
        }
        if let sink { return write(chunk, to: sink) }
        step.waiter?.resolve(.success(chunk))
        if let error = step.error { breakOff(error, stopsProducer: true) }
        return step.demand
    }

    /// Ends the body, which is complete, and hands over the trailer fields that came after it. The first ending counts.
    public func finish(trailers: HeaderFields) {
        state.withLock { state in
            if state.ends.outcome == nil { state.trailers = trailers }
        }
        finish()
    }

    /// Ends the body: complete, or broken off with an error, which the reader gets after what has arrived.
    ///
    /// The first ending counts.
    public func finish(throwing error: (any Error)? = nil) {
        guard let error else { return end(.complete, .complete, stopsProducer: false) }
        breakOff(error, stopsProducer: false)
    }

    func breakOff(_ error: any Error, stopsProducer: Bool) {
        let error = state.withLock { $0.rules }?.translated(error) ?? error
        end(.broken(error), .failed(error), stopsProducer: stopsProducer)
    }

    /// Ends the body once: frees the producer, tells the handlers, then the reader, in this order, so that a reader who
    /// sees the end finds everything given back.
    func end(_ ending: Ending, _ outcome: ResponseBody.Outcome, stopsProducer: Bool) {
        var last = State()
        let handlers = state.withLock { state -> [EndHandlers.Handler]? in
            guard let handlers = state.ends.end(outcome) else { return nil }
            // Taken out, because what closures hold must not be freed under the lock.
            swap(&last.onStop, &state.onStop)
            swap(&last.onDemand, &state.onDemand)
            swap(&last.idleTimer, &state.idleTimer)
            swap(&last.deadlineTimer, &state.deadlineTimer)
            if case .ended = ending { (state.buffer, state.putBack) = (ChunkQueue(), nil) }
            return handlers
        }
        guard let handlers else { return }
        last.idleTimer?.cancel()
        last.deadlineTimer?.cancel()
        if stopsProducer { last.onStop?() }
        for handler in handlers { handler(outcome) }
        let waiter = state.withLock { state in
            // A body that is refused while it ends stays refused.
            if state.ending == nil { state.ending = ending }
            defer { state.waiter = nil }
            return state.waiter
        }
        switch ending {
        case .complete: waiter?.resolve(.success(nil))
        case .broken(let error), .ended(let error): waiter?.resolve(.failure(error))
        }
    }
}
