import Dispatch
import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// Bodies that their producer writes into a file, because it cannot pause.
@Suite(.timeLimit(.minutes(1)))
struct BodyChannelFileTests {
    private let place = FileManager.default.temporaryDirectory.appending(path: "sink-\(UUID().uuidString)")

    private func sink() throws -> FileSink {
        try Data().write(to: place)
        return FileSink(try FileHandle(forWritingTo: place)) { $0 }
    }

    private func channel(capacity: Int = 4) -> BodyChannel {
        BodyChannel(capacity: capacity, isWrittenByProducer: true, onStop: {})
    }

    private var content: String? { (try? Data(contentsOf: place)).map { String(decoding: $0, as: UTF8.self) } }

    @Test func whatCameBeforeIsWrittenFirst() async throws {
        defer { try? FileManager.default.removeItem(at: place) }
        let (channel, sink) = (channel(), try sink())
        channel.unread(Data(text: "0"))
        #expect(channel.write(Data(text: "12")) == .more)
        try channel.divert(to: sink)
        #expect(channel.write(Data(text: "345678")) == .more)
        channel.finish()
        #expect(try await channel.next() != nil)
        #expect(channel.written == 9)
        #expect(try await channel.next() == nil)
        try sink.close()
        #expect(content == "012345678")
    }

    /// Nothing of a body of a megabyte is in memory, however long nobody reads.
    @Test func aReaderWhoDoesNotReadCostsNothing() async throws {
        defer { try? FileManager.default.removeItem(at: place) }
        let (channel, sink) = (channel(), try sink())
        try channel.divert(to: sink)
        for _ in 0..<1024 { #expect(channel.write(Data(repeating: 1, count: 1024)) == .more) }
        #expect(channel.state.withLock { $0.buffer.bytes } == 0)
        #expect(try FileHandle(forReadingFrom: place).seekToEnd() == 1 << 20)
        channel.finish()
        #expect(try await channel.next()?.isEmpty == true)
        #expect(try await channel.next() == nil)
        try sink.close()
    }

    @Test func aWaitingReaderIsToldOfEachPieceAndOfTheEnd() async throws {
        defer { try? FileManager.default.removeItem(at: place) }
        let (channel, sink) = (channel(), try sink())
        try channel.divert(to: sink)
        let reader = Task { () -> [Int] in
            var seen: [Int] = []
            while try await channel.next() != nil { seen.append(channel.written) }
            return seen
        }
        for count in 1...3 {
            while channel.state.withLock({ $0.waiter == nil }) { await Task.yield() }
            _ = channel.write(Data(repeating: 1, count: count))
        }
        while channel.state.withLock({ $0.waiter == nil }) { await Task.yield() }
        channel.finish()
        #expect(try await reader.value == [1, 3, 6])
        try sink.close()
    }

    @Test func aFullDiskEndsTheBody() async throws {
        let stopped = OneShot<Void>()
        let channel = BodyChannel(capacity: 4, isWrittenByProducer: true) { stopped.resolve(.success(())) }
        // Opened for reading only: writing fails.
        try Data().write(to: place)
        defer { try? FileManager.default.removeItem(at: place) }
        let sink = FileSink(try FileHandle(forReadingFrom: place)) { _ in
            ResilientError(.fileFailed, "full", reachedServer: .yes)
        }
        try channel.divert(to: sink)
        #expect(channel.write(Data(text: "x")) == .stop)
        try await stopped.value()
        let error = await resilientError { _ = try await channel.next() }
        #expect(error?.code == .fileFailed)
    }

    @Test func nothingIsWrittenOnceTheReaderHasGone() async throws {
        defer { try? FileManager.default.removeItem(at: place) }
        let (channel, sink) = (channel(), try sink())
        try channel.divert(to: sink)
        _ = channel.write(Data(text: "a"))
        let reader = Task {
            _ = try await channel.next()
            _ = try await channel.next()
        }
        while channel.state.withLock({ $0.waiter == nil }) { await Task.yield() }
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
        try sink.close(emptying: true)
        #expect(channel.write(Data(text: "b")) == .stop)
        try sink.write { try $0(Data(text: "c")) }
        #expect(content == "")
    }
}

#if canImport(FoundationNetworking)
/// The queue that URLSession tells its delegate on.
@Suite(.timeLimit(.minutes(1)))
struct DelegateQueueTests {
    @Test func whoAddsWaitsWhileItIsFull() async throws {
        let queue = DelegateQueue(limit: 3)
        let gate = DispatchSemaphore(value: 0)
        let (added, done) = (Counter(), Counter())
        let producer = Thread {
            for _ in 0..<10 {
                queue.addOperation {
                    gate.wait()
                    done.add()
                }
                added.add()
            }
        }
        producer.start()
        while added.value < 3 { await Task.yield() }
        for turn in 1...10 {
            // Three are on the queue; the next one is added when one of them is done.
            #expect(added.value <= 3 + done.value)
            gate.signal()
            while done.value < turn { await Task.yield() }
            while added.value < min(10, 3 + turn) { await Task.yield() }
        }
        #expect(queue.maxConcurrentOperationCount == 1)
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .sequentiallyConsistent) }
        func add() { count.wrappingAdd(1, ordering: .sequentiallyConsistent) }
    }
}
#endif
