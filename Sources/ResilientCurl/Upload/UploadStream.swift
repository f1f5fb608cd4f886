#if os(Linux)
import Foundation
import ResilientHTTP
import Synchronization

/// The way of a request's body from its stream or file to the loop: a bounded buffer, filled by a task of its own.
///
/// The stream is begun when libcurl asks for the first byte: a request that finds no connection leaves it untouched.
final class UploadStream: Sendable {
    /// What there is for libcurl.
    enum Taken {
        case bytes(Int)
        /// Nothing yet; the loop is told when there is.
        case later
        case end
        case failed(any Error)
    }

    private struct State {
        var chunks = ChunkQueue()
        /// What is left of the chunk that was taken last.
        var rest = Data()
        var bytes: Int { chunks.bytes + rest.count }
        /// What was put in from the beginning on.
        var total = 0
        var end: Result<Void, any Error>?
        var isStopped = false
        /// Whether libcurl was told that there is nothing yet.
        var isAwaited = false
        var onBytes: (@Sendable () -> Void)?
        var room: OneShot<Void>?
        var task: Task<Void, Never>?
    }

    /// How much is read ahead.
    private static let capacity = 256 << 10

    /// How long the body is; nil when that is not known.
    let length: Int?
    private let runtime: ClientRuntime
    private let make: @Sendable () async throws -> RequestBody.Chunks
    private let state = Mutex(State())

    /// Nil for a body that is in memory. Throws `invalidRequest` when a file cannot be read.
    init?(_ body: RequestBody, runtime: ClientRuntime) throws {
        self.runtime = runtime
        switch body.storage {
        case .empty, .bytes: return nil
        case .file(let url):
            length = try RequestBody.length(of: url)
            make = { try FileChunks(url) }
        case .stream(let length, _, let make):
            self.length = length
            self.make = make
        }
    }

    // MARK: For the loop

    /// Puts what there is into a buffer. `onBytes` is called, once, when there was nothing and now is.
    func take(into buffer: UnsafeMutableRawBufferPointer, onBytes: @escaping @Sendable () -> Void) -> Taken {
        let (taken, room, isFirst) = state.withLock { state -> (Taken, OneShot<Void>?, Bool) in
            // At once: what is left would complete the body.
            if case .failure(let error) = state.end { return (.failed(error), nil, false) }
            var count = 0
            while count < buffer.count, !isHeldBack(state) {
                if state.rest.isEmpty {
                    guard let chunk = state.chunks.popFirst() else { break }
                    state.rest = chunk
                }
                let part = state.rest.prefix(buffer.count - count)
                part.copyBytes(to: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]), count: part.count)
                count += part.count
                state.rest = state.rest.dropFirst(part.count)
            }
            if count > 0 {
                defer { if state.bytes <= Self.capacity / 2 { state.room = nil } }
                return (.bytes(count), state.bytes <= Self.capacity / 2 ? state.room : nil, false)
            }
            if state.end != nil { return (.end, nil, false) }
            state.isAwaited = true
            defer { state.onBytes = onBytes }
            return (.later, nil, state.onBytes == nil)
        }
        room?.resolve(.success(()))
        if isFirst { begin() }
        return taken
    }

    /// What completes a body of a known length waits until the stream has said that there is no more: a server that has
    /// it all answers, and nobody would ever hear of the rest.
    private func isHeldBack(_ state: State) -> Bool {
        guard let length, state.end == nil else { return false }
        return state.total >= length
    }

    /// Looks whether a stream that has promised no bytes keeps to it, since libcurl never asks for them.
    ///
    /// Throws what the stream throws, and `invalidRequest` when it gives some.
    func checkPromiseOfNothing(_ context: RequestContext) async throws {
        guard length == 0 else { return }
        try await context.race(reachedServer: .no) { [make] in
            for try await chunk in try await make() where !chunk.isEmpty {
                throw Self.wrong(0, "more", reachedServer: .no)
            }
        }
    }

    /// Nobody wants the rest.
    func stop() {
        let (room, task) = state.withLock { state in
            state.isStopped = true
            (state.chunks, state.rest) = (ChunkQueue(), Data())
            state.onBytes = nil
            defer { (state.room, state.task) = (nil, nil) }
            return (state.room, state.task)
        }
        room?.resolve(.success(()))
        // Elsewhere: it runs the stream's own handlers, which may block.
        if let task { runtime.start { task.cancel() } }
    }

    // MARK: The task

    private func begin() {
        let task = runtime.start { [self] in
            do {
                for try await chunk in try await make() where !chunk.isEmpty {
                    guard await put(chunk) else { return }
                }
                end(.success(()))
            } catch {
                end(.failure(error))
            }
        }
        let isStopped = state.withLock { state in
            if !state.isStopped { state.task = task }
            return state.isStopped
        }
        if isStopped { task.cancel() }
    }

    /// Returns false when nobody wants more.
    private func put(_ chunk: Data) async -> Bool {
        let (isWanted, room, onBytes) = state.withLock { state -> (Bool, OneShot<Void>?, (@Sendable () -> Void)?) in
            guard !state.isStopped else { return (false, nil, nil) }
            state.total += chunk.count
            if let length, state.total > length {
                state.end = .failure(Self.wrong(length, "more"))
                return (false, nil, Self.awaited(&state))
            }
            state.chunks.append(chunk)
            // Of a body that is complete, only its end is awaited.
            if state.bytes >= Self.capacity, state.total != length { state.room = OneShot() }
            return (true, state.room, Self.awaited(&state))
        }
        onBytes?()
        try? await room?.value()
        return isWanted
    }

    private func end(_ result: Result<Void, any Error>) {
        let onBytes = state.withLock { state in
            state.end = result
            if case .success = result, let length, state.total != length {
                state.end = .failure(Self.wrong(length, "only \(state.total)"))
            }
            return Self.awaited(&state)
        }
        onBytes?()
    }

    /// Whom to tell that there is something now.
    private static func awaited(_ state: inout State) -> (@Sendable () -> Void)? {
        defer { state.isAwaited = false }
        return state.isAwaited ? state.onBytes : nil
    }

    private static func wrong(
        _ length: Int,
        _ given: String,
        reachedServer: ResilientError.ReachedServer = .maybe
    ) -> ResilientError {
        ResilientError(
            .invalidRequest,
            "the body's stream had promised \(length) bytes and gave \(given)",
            reachedServer: reachedServer
        )
    }
}
#endif
