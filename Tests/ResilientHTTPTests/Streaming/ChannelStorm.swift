import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// One channel between a moody producer and a moody reader, ended by anybody at any moment, and what must hold
/// whatever happens. Runs in a simulation and on the ordinary thread pool alike.
struct ChannelStorm: Sendable {
    let runtime: ClientRuntime
    let random: SeededRandomSource
    let unit: Duration
    let start: @Sendable (@escaping @Sendable () async throws -> Void) -> Task<Void, any Error>

    /// What the storm sees.
    private final class Ledger: Sendable {
        struct State {
            var written = 0
            var finished = false
            var isProducerDone = false
            var stops = 0
            var outcomes: [String] = []
            var demand: OneShot<Void>?
        }

        let state = Mutex(State())

        func wake() {
            let demand = state.withLock { state in
                defer { state.demand = nil }
                return state.demand
            }
            demand?.resolve(.success(()))
        }
    }

    /// Runs once and returns how the body ended.
    func run() async throws -> String {
        let ledger = Ledger()
        let channel = BodyChannel(
            capacity: 1 + upTo(40),
            onDemand: { ledger.wake() },
            onStop: {
                ledger.state.withLock { $0.stops += 1 }
                ledger.wake()
            }
        )
        channel.onEnd { outcome in ledger.state.withLock { $0.outcomes.append(Self.name(of: outcome)) } }

        let call = CallRecord(requestID: RequestID(high: 0, low: 0), options: .init(), runtime: runtime)
        let limit = chance(6) ? 20 + upTo(60) : Int.max
        var context = RequestContext(call: call, body: .stream(limit: limit, buffer: nil))
        if chance(2) { context.wireTimeouts.idle = unit * (3 + upTo(20)) }
        channel.govern(by: BodyRules(context))
        if chance(3) {
            let total = unit * (1 + upTo(30))
            channel.setDeadline(Deadline(runtime.now + total, kind: .total, timeout: total))
        }

        let producer = start { try await produce(channel, ledger) }
        let reader = read(.channel(channel), ledger)
        if chance(4) {
            try await sleep(upTo: 30)
            reader.cancel()
        } else if chance(4) {
            try await sleep(upTo: 30)
            call.interrupt(CallRegistry.closed)
        }
        try await reader.value
        try await producer.value
        return try check(channel, ledger)
    }

    // MARK: The producer

    private func produce(_ channel: BodyChannel, _ ledger: Ledger) async throws {
        defer { ledger.state.withLock { $0.isProducerDone = true } }
        let heedsPauses = !chance(4)
        for _ in 0..<upTo(12) {
            if chance(2) { try await sleep(upTo: 6) }
            let position = ledger.state.withLock { $0.written }
            let chunk = Self.bytes(from: position, count: upTo(30))
            let demand = channel.write(chunk)
            if demand == .stop { return }
            ledger.state.withLock { $0.written += chunk.count }
            if demand == .pause, heedsPauses { try await pause(until: channel, ledger) }
        }
        switch upTo(5) {
        case 0...2:
            ledger.state.withLock { $0.finished = true }
            channel.finish()
        case 3, 4:
            channel.finish(throwing: ResilientError(.connectionLost, "cut"))
        default:
            // Says nothing for a long time.
            try await sleep(for: unit * 200)
            channel.finish(throwing: ResilientError(.protocolError, "at last"))
        }
    }

    private func pause(until channel: BodyChannel, _ ledger: Ledger) async throws {
        let shot = OneShot<Void>()
        ledger.state.withLock { $0.demand = shot }
        if channel.wantsMore { ledger.wake() }
        try await shot.value()
    }

    // MARK: The reader

    private func read(_ body: ResponseBody, _ ledger: Ledger) -> Task<Void, any Error> {
        let (stopsAfter, isSlow) = (chance(5) ? upTo(4) : Int.max, chance(3))
        return start { [body] in
            var iterator = body.makeAsyncIterator()
            var (read, chunks) = (0, 0)
            do {
                while chunks < stopsAfter {
                    guard let chunk = try await iterator.next() else {
                        let (written, finished) = ledger.state.withLock { ($0.written, $0.finished) }
                        guard finished, read == written else {
                            throw Violation("an end after \(read) of \(written) bytes")
                        }
                        try expectEnd(ledger)
                        guard try await iterator.next() == nil else { throw Violation("an end before it") }
                        return
                    }
                    guard !chunk.isEmpty, chunk == Self.bytes(from: read, count: chunk.count) else {
                        throw Violation("other bytes at \(read)")
                    }
                    read += chunk.count
                    chunks += 1
                    if isSlow { try await sleep(upTo: 8) }
                }
            } catch let violation as Violation {
                throw violation
            } catch {
                if !(error is CancellationError) { try expectEnd(ledger) }
                let known: [ResilientError.Code] = [
                    .connectionLost, .protocolError, .attemptTimeout, .deadlineExceeded, .responseTooLarge,
                    .clientClosed,
                ]
                let code = (error as? ResilientError)?.code
                guard error is CancellationError ? Task.isCancelled : known.contains(where: { $0 == code }) else {
                    throw Violation("unexpected \(error)")
                }
                return
            }
        }
    }

    /// A reader who sees the end finds that the handlers have heard of it.
    private func expectEnd(_ ledger: Ledger) throws {
        let count = ledger.state.withLock { $0.outcomes.count }
        guard count == 1 else { throw Violation("\(count) outcomes when the reader saw the end") }
    }

    // MARK: What must hold

    private func check(_ channel: BodyChannel, _ ledger: Ledger) throws -> String {
        let state = ledger.state.withLock { $0 }
        guard state.outcomes.count == 1, let outcome = state.outcomes.first else {
            throw Violation("the handlers heard \(state.outcomes)")
        }
        guard channel.write(Data(count: 1)) == .stop else { throw Violation("the channel is open") }
        let isProducers = ["complete", "connection_lost", "protocol_error"].contains(outcome)
        guard state.stops == (isProducers ? 0 : 1) else {
            throw Violation("\(state.stops) stops after \(outcome)")
        }
        guard outcome != "complete" || state.finished else { throw Violation("complete without an end") }
        return outcome
    }

    private static func name(of outcome: ResponseBody.Outcome) -> String {
        switch outcome {
        case .complete: "complete"
        case .failed(let error): (error as? ResilientError)?.code.rawValue ?? "\(error)"
        case .cancelled: "cancelled"
        case .dropped: "dropped"
        }
    }

    static let outcomes = [
        "complete", "connection_lost", "protocol_error", "cancelled", "dropped", "attempt_timeout",
        "deadline_exceeded", "response_too_large", "client_closed",
    ]

    /// A pattern whose every place looks different from those around it.
    private static func bytes(from position: Int, count: Int) -> Data {
        Data((position..<position + count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    }
}

// MARK: - Chance and time

extension ChannelStorm {
    private func chance(_ oneIn: UInt64) -> Bool {
        random.next() % oneIn == 0
    }

    private func upTo(_ bound: Int) -> Int {
        Int(random.next() % UInt64(bound + 1))
    }

    private func sleep(upTo units: Int) async throws {
        try await sleep(for: unit * upTo(units))
    }

    private func sleep(for duration: Duration) async throws {
        let shot = OneShot<Void>()
        _ = runtime.schedule(at: runtime.now + duration) { shot.resolve(.success(())) }
        try await shot.value()
    }
}
