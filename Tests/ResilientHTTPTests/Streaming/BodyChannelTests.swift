import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

@Suite struct BodyChannelTests {
    /// Counts what a channel asks of its producer and tells its handlers.
    private final class Probe: Sendable {
        private let state = Mutex((demands: 0, stops: 0, outcomes: [String]()))

        var demands: Int { state.withLock { $0.demands } }
        var stops: Int { state.withLock { $0.stops } }
        var outcomes: [String] { state.withLock { $0.outcomes } }

        func channel(capacity: Int = 100) -> BodyChannel {
            let channel = BodyChannel(
                capacity: capacity,
                onDemand: { [self] in state.withLock { $0.demands += 1 } },
                onStop: { [self] in state.withLock { $0.stops += 1 } }
            )
            channel.onEnd { [self] outcome in state.withLock { $0.outcomes.append("\(outcome)") } }
            return channel
        }
    }

    private struct Own: Error, Equatable {}

    private func text(_ channel: BodyChannel) async throws -> String? {
        try await channel.next().map { String(decoding: $0, as: UTF8.self) }
    }

    private func zeros(_ count: Int) -> Data { Data(count: count) }

    // MARK: Order and capacity

    @Test func fieldsAfterTheBodyAreSeenWhenItHasBeenRead() async throws {
        let channel = BodyChannel()
        let body = ResponseBody.channel(channel)
        channel.write(Data(text: "body"))
        channel.finish(trailers: [.contentType: "late"])
        channel.finish(trailers: [:])
        #expect(body.trailers == [:])
        #expect(try await text(channel) == "body")
        #expect(body.trailers == [.contentType: "late"])
        #expect(try await text(channel) == nil)
    }

    @Test func aBodyThatBreaksHasNoFieldsAfterIt() async throws {
        let channel = BodyChannel()
        channel.finish(throwing: Own())
        channel.finish(trailers: [.contentType: "late"])
        await #expect(throws: Own.self) { try await channel.next() }
        #expect(channel.trailers == [:])
    }

    @Test func chunksComeInTheirOrderAndEmptyOnesNotAtAll() async throws {
        let channel = BodyChannel(capacity: 10_000)
        let sent = (0..<300).map { "chunk \($0)" }
        for chunk in sent {
            #expect(channel.write(Data(text: chunk)) == .more)
            #expect(channel.write(Data()) == .more)
        }
        channel.finish()
        var received: [String] = []
        while let chunk = try await text(channel) { received.append(chunk) }
        #expect(received == sent)
    }

    @Test func aFullBufferAsksForAPauseAndAHalfEmptyOneForMore() async throws {
        let probe = Probe()
        let channel = probe.channel(capacity: 100)
        #expect(channel.write(zeros(60)) == .more)
        #expect(channel.write(zeros(39)) == .more)
        #expect(channel.write(zeros(1)) == .pause)
        #expect(channel.write(zeros(20)) == .pause)
        #expect(!channel.wantsMore)
        _ = try await channel.next()
        #expect(probe.demands == 0)
        // A late chunk, and an empty one, end no pause.
        #expect(channel.write(zeros(2)) == .pause)
        #expect(channel.write(zeros(0)) == .pause)
        _ = try await channel.next()
        #expect(probe.demands == 1)
        #expect(channel.wantsMore)
        _ = try await channel.next()
        #expect(probe.demands == 1)
        #expect(channel.write(zeros(100)) == .pause)
    }

    @Test func aChunkThatAReaderWaitsForNeverFillsTheBuffer() throws {
        try Simulation(seed: 1).run { simulation in
            let channel = BodyChannel(capacity: 1)
            let reader = simulation.start { try await channel.next() }
            try await simulation.sleep(for: .seconds(1))
            #expect(channel.write(Data(count: 1000)) == .more)
            #expect(try await reader.value?.count == 1000)
            #expect(channel.write(Data(count: 1)) == .pause)
        }
    }

    @Test func theSmallestCapacityIsOneByte() async throws {
        let probe = Probe()
        let channel = probe.channel(capacity: -5)
        #expect(channel.capacity == 1)
        #expect(channel.write(zeros(1)) == .pause)
        _ = try await channel.next()
        #expect(probe.demands == 1)
    }

    @Test func whatWasReadAheadComesFirstAndDoesNotCountAsWaiting() async throws {
        let probe = Probe()
        let channel = probe.channel(capacity: 10)
        #expect(channel.write(Data(text: "ab")) == .more)
        #expect(channel.write(Data(text: "cdefghijklmn")) == .pause)
        let ahead = try #require(try await channel.next()) + (try #require(try await channel.next()))
        #expect(probe.demands == 1)
        channel.unread(ahead)
        channel.unread(Data())
        #expect(channel.write(Data(text: "op")) == .more)
        channel.finish()
        #expect(try await text(channel) == "abcdefghijklmn")
        #expect(try await text(channel) == "op")
        #expect(try await text(channel) == nil)
        #expect(probe.demands == 1)
    }

    // MARK: Endings

    @Test func aCompleteBodyIsReadToItsEndAndEndsEveryTimeAgain() async throws {
        let probe = Probe()
        let channel = probe.channel()
        channel.write(Data(text: "a"))
        channel.write(Data(text: "b"))
        channel.finish()
        channel.finish(throwing: Own())
        #expect(channel.write(Data(text: "late")) == .stop)
        #expect(probe.outcomes == ["complete"])
        #expect(try await text(channel) == "a")
        #expect(try await text(channel) == "b")
        for _ in 0..<3 { #expect(try await text(channel) == nil) }
        channel.drop()
        channel.cancel()
        #expect(probe.outcomes == ["complete"])
        #expect(probe.stops == 0)
    }

    @Test func aBrokenBodyIsReadAsFarAsItCameAndThrowsEveryTimeAgain() async throws {
        let probe = Probe()
        let channel = probe.channel()
        channel.write(Data(text: "a"))
        channel.finish(throwing: Own())
        channel.finish()
        #expect(channel.write(Data(text: "late")) == .stop)
        #expect(try await text(channel) == "a")
        for _ in 0..<3 { await #expect(throws: Own.self) { try await text(channel) } }
        #expect(probe.outcomes.count == 1 && probe.outcomes[0].contains("Own"))
        // Its producer knows.
        #expect(probe.stops == 0)
    }

    @Test func aBodyThatItsReaderEndedGivesNothingMore() async throws {
        for isDropped in [true, false] {
            let probe = Probe()
            let channel = probe.channel()
            channel.write(Data(text: "a"))
            if isDropped { channel.drop() } else { channel.cancel() }
            channel.cancel()
            channel.drop()
            channel.finish()
            #expect(probe.stops == 1)
            #expect(probe.outcomes == [isDropped ? "dropped" : "cancelled"])
            #expect(channel.write(Data(text: "late")) == .stop)
            let error = await #expect(throws: (any Error).self) { try await text(channel) }
            #expect(isDropped ? (error as? ResilientError)?.code == .connectionLost : error is CancellationError)
            channel.unread(Data(text: "back"))
            await #expect(throws: (any Error).self) { try await text(channel) }
        }
    }

    @Test func cancellingTheReaderEndsTheBodyAtOnce() throws {
        let probe = Probe()
        try Simulation(seed: 1).run { simulation in
            let channel = probe.channel()
            let reader = simulation.start { try await channel.next() }
            try await simulation.sleep(for: .seconds(1))
            reader.cancel()
            #expect(probe.stops == 1)
            #expect(probe.outcomes == ["cancelled"])
            await #expect(throws: CancellationError.self) { try await reader.value }
            await #expect(throws: CancellationError.self) { try await channel.next() }
        }
    }

    @Test func aTaskThatWasCancelledBeforehandReadsNothing() throws {
        let probe = Probe()
        try Simulation(seed: 1).run { simulation in
            let channel = probe.channel()
            channel.write(Data(text: "a"))
            let reader = simulation.start {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await channel.next()
            }
            await #expect(throws: CancellationError.self) { try await reader.value }
        }
        #expect(probe.stops == 1)
        #expect(probe.outcomes == ["cancelled"])
    }

    @Test func theLastCopyOfTheBodyHoldsTheChannel() async throws {
        let probe = Probe()
        let channel = probe.channel()
        var body: ResponseBody? = .channel(channel)
        var copy = body
        channel.write(Data(text: "a"))
        body = nil
        #expect(probe.stops == 0)
        var iterator = copy?.makeAsyncIterator()
        copy = nil
        #expect(try await iterator?.next() == Data(text: "a"))
        #expect(probe.stops == 0)
        iterator = nil
        #expect(body == nil && copy == nil && iterator == nil)
        #expect(probe.stops == 1)
        #expect(probe.outcomes == ["dropped"])
    }

    @Test func handlersHearOfTheEndOnceAlsoWhenTheyComeLate() throws {
        let channel = BodyChannel()
        let heard = Mutex(0)
        for _ in 0..<3 { channel.onEnd { _ in heard.withLock { $0 += 1 } } }
        #expect(heard.withLock { $0 } == 0)
        channel.finish()
        #expect(heard.withLock { $0 } == 3)
        channel.onEnd { _ in heard.withLock { $0 += 1 } }
        channel.drop()
        #expect(heard.withLock { $0 } == 4)
    }

    @Test func everythingHasBeenGivenBackBeforeTheReaderSeesTheEnd() throws {
        for isWaiting in [true, false] {
            try Simulation(seed: 1).run { simulation in
                let channel = BodyChannel()
                let given = Mutex(false)
                let seen = OneShot<Bool>()
                if isWaiting {
                    simulation.start {
                        _ = try await channel.next()
                        seen.resolve(.success(given.withLock { $0 }))
                    }
                    try await simulation.sleep(for: .seconds(1))
                }
                channel.onEnd { _ in
                    // Not even somebody who asks at this moment.
                    let isEnding = channel.state.withLock { $0.ending == nil && $0.ends.outcome != nil }
                    #expect(isEnding)
                    given.withLock { $0 = true }
                }
                channel.finish()
                if isWaiting { #expect(try await seen.value()) }
                #expect(try await channel.next() == nil)
            }
        }
    }

    @Test func closuresAreLetGoOfAtTheEndAndOutsideTheLock() throws {
        final class Held: Sendable {
            let onFree: @Sendable () -> Void
            init(_ onFree: @escaping @Sendable () -> Void) { self.onFree = onFree }
            deinit { onFree() }
        }
        let freed = Mutex(0)
        func channel() -> BodyChannel {
            let held = (0..<3).map { _ in Held { freed.withLock { $0 += 1 } } }
            let channel = BodyChannel(onDemand: { _ = held[0] }, onStop: { _ = held[1] })
            channel.onEnd { _ in _ = held[2] }
            return channel
        }
        let endings: [(BodyChannel) -> Void] = [
            { $0.finish() }, { $0.finish(throwing: Own()) }, { $0.drop() }, { $0.cancel() },
        ]
        for end in endings {
            freed.withLock { $0 = 0 }
            let channel = channel()
            #expect(freed.withLock { $0 } == 0)
            end(channel)
            #expect(freed.withLock { $0 } == 3)
        }

        // What is freed may ask the channel again.
        let box = Mutex<BodyChannel?>(nil)
        let held = Mutex<Held?>(Held { box.withLock { $0 }?.finish() })
        let taken = held.withLock { held in
            defer { held = nil }
            return held
        }
        let last = BodyChannel(onDemand: { [taken] in _ = taken })
        box.withLock { $0 = last }
        last.drop()
        box.withLock { $0 = nil }
    }

    @Test func aSecondReaderAtTheSameTimeGetsAnErrorAndTheFirstItsChunk() throws {
        try Simulation(seed: 1).run { simulation in
            let channel = BodyChannel()
            let first = simulation.start { try await channel.next() }
            try await simulation.sleep(for: .seconds(1))
            let error = await #expect(throws: ResilientError.self) { try await channel.next() }
            #expect(error?.code == .unsupported)
            channel.write(Data(text: "a"))
            #expect(try await first.value == Data(text: "a"))
        }
    }

    // MARK: Rules

    private func governing(_ simulation: Simulation, limit: Int = .max, idle: Duration? = nil) -> (
        BodyRules, CallRecord
    ) {
        let call = CallRecord(requestID: RequestID(high: 1, low: 2), options: .init(), runtime: simulation.runtime)
        var context = RequestContext(call: call, body: .stream(limit: limit, buffer: nil))
        context.wireTimeouts.idle = idle
        return (BodyRules(context), call)
    }

    @Test func theLimitCountsEveryByteAndStopsTheProducer() throws {
        try Simulation(seed: 1).run { simulation in
            for isAlreadyOver in [false, true] {
                let probe = Probe()
                let channel = probe.channel()
                let (rules, _) = governing(simulation, limit: 10)
                channel.write(Data(text: isAlreadyOver ? "elevenbytes" : "ten bytes."))
                channel.govern(by: rules)
                if !isAlreadyOver {
                    let fitting = try await text(channel)
                    #expect(fitting == "ten bytes.")
                    #expect(channel.write(Data(text: "x")) == .stop)
                }
                #expect(probe.stops == 1)
                let error = await #expect(throws: ResilientError.self) { try await channel.next() }
                #expect(error?.code == .responseTooLarge)
                #expect(error?.requestID == RequestID(high: 1, low: 2))
                #expect(probe.outcomes.count == 1)
            }
        }
    }

    @Test func theLimitHoldsForABodyThatWasCompleteBeforeItsRules() throws {
        try Simulation(seed: 1).run { simulation in
            let probe = Probe()
            let channel = probe.channel()
            let (rules, _) = governing(simulation, limit: 10)
            channel.write(Data(text: "elevenbytes"))
            channel.finish()
            channel.govern(by: rules)
            let error = await #expect(throws: ResilientError.self) { try await channel.next() }
            #expect(error?.code == .responseTooLarge)
            // On the wire it had come to its end.
            #expect(probe.stops == 0)
            #expect(probe.outcomes.count == 1)
        }
    }

    @Test func aShutdownIsNoCancellationOfTheReaderWhoeverMakesIt() throws {
        try Simulation(seed: 1).run { simulation in
            let probe = Probe()
            let channel = probe.channel()
            let (rules, call) = governing(simulation)
            channel.govern(by: rules)
            let reader = simulation.start { try await channel.next() }
            try await simulation.sleep(for: .seconds(1))
            let shutdown = simulation.start {
                withUnsafeCurrentTask { $0?.cancel() }
                call.interrupt(CallRegistry.closed)
            }
            try await shutdown.value
            let error = await #expect(throws: ResilientError.self) { try await reader.value }
            #expect(error?.code == .clientClosed)
            #expect(probe.stops == 1)
        }
    }

    @Test func aCallThatIsAlreadyOverEndsItsBodyAtOnce() throws {
        try Simulation(seed: 1).run { simulation in
            let probe = Probe()
            let channel = probe.channel()
            let (rules, call) = governing(simulation)
            call.interrupt(CallRegistry.closed)
            channel.govern(by: rules)
            #expect(probe.stops == 1)
            let error = await #expect(throws: ResilientError.self) { try await channel.next() }
            #expect(error?.code == .clientClosed)
        }
    }

    @Test func aProducerThatGivesUpIsNoCancellationOfTheReader() throws {
        try Simulation(seed: 1).run { simulation in
            for isCancelled in [true, false] {
                let channel = BodyChannel()
                let (rules, _) = governing(simulation)
                channel.govern(by: rules)
                try await simulation.start {
                    if isCancelled { withUnsafeCurrentTask { $0?.cancel() } }
                    channel.finish(throwing: CancellationError())
                }.value
                let error = await #expect(throws: ResilientError.self) { try await channel.next() }
                #expect(error?.code == .connectionLost)
                #expect(error?.reachedServer == .yes)
            }
        }
    }

    @Test func aLaterDeadlineReplacesAnEarlierOneAndNoneTakesItAway() throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            let deadlines: [Duration?] = [.seconds(5), nil]
            for last in deadlines {
                let channel = BodyChannel()
                let (rules, _) = governing(simulation)
                channel.govern(by: rules)
                let now = simulation.clock.now
                channel.setDeadline(Deadline(now + .seconds(1), kind: .attempt, timeout: .seconds(1)))
                channel.setDeadline(last.map { Deadline(now + $0, kind: .total, timeout: $0) })
                #expect(simulation.runtime.liveTimers == (last == nil ? 0 : 1))
                try await simulation.sleep(for: .seconds(2))
                #expect(channel.write(Data(text: "a")) == .more)
                try await simulation.sleep(for: .seconds(4))
                #expect(channel.write(Data(text: "b")) == (last == nil ? .more : .stop))
                channel.drop()
                #expect(simulation.runtime.liveTimers == 0)
            }
        }
        try simulation.settleToNothing()
    }

    @Test func onlyTheReadersWaitIsIdleTime() throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            let channel = BodyChannel()
            let (rules, _) = governing(simulation, idle: .seconds(10))
            channel.govern(by: rules)
            // Nobody waits.
            try await simulation.sleep(for: .seconds(100))
            for _ in 0..<5 {
                let reader = simulation.start { try await channel.next() }
                try await simulation.sleep(for: .seconds(9))
                channel.write(Data(text: "a"))
                #expect(try await reader.value == Data(text: "a"))
                #expect(simulation.runtime.liveTimers <= 1)
            }
            try await simulation.sleep(for: .seconds(100))
            let then = simulation.clock.now
            let error = await #expect(throws: ResilientError.self) { try await channel.next() }
            #expect(error?.code == .attemptTimeout)
            #expect(simulation.clock.now - then == .seconds(10))
        }
        try simulation.expectNothingLeft()
    }

    @Test func aGovernedChannelThatIsDroppedIsFreedWithItsCall() throws {
        struct Dropped: Sendable {
            weak let channel: BodyChannel?
            weak let call: CallRecord?
        }
        let simulation = Simulation(seed: 1)
        let dropped = try simulation.run { simulation in
            let channel = BodyChannel(onStop: {})
            let (rules, call) = governing(simulation, idle: .seconds(1))
            channel.govern(by: rules)
            channel.setDeadline(Deadline(simulation.clock.now + .seconds(9), kind: .total, timeout: .seconds(9)))
            _ = ResponseBody.channel(channel)
            return Dropped(channel: channel, call: call)
        }
        #expect(dropped.channel == nil)
        #expect(dropped.call == nil)
        try simulation.expectNothingLeft()
    }
}
