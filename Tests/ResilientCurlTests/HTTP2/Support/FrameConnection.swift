#if os(Linux)
@testable import ResilientHTTPTesting

/// One connection of a frame server, on the server's thread: what it sends.
final class FrameConnection {
    private enum End {
        case none, close, reset
    }

    let socket: Socket
    let number: Int
    let server: FrameServer
    let habits: FrameServer.Habits
    var reader = FrameReader()
    var requests: [UInt32: FrameRequest] = [:]
    var windows = FrameWindows()
    /// The last stream that has come.
    var highest: UInt32 = 0
    /// From a GOAWAY on: the last stream that is acted on.
    var last: UInt32?
    var isOver = false

    private var moves: [Move] = []
    private var bodies: [(stream: UInt32, left: Int)] = []
    private var output: [UInt8] = []
    private var pausesUntil: UInt64 = 0
    private var ending = End.none
    /// Until when it waits for the client to close, too.
    private var lingersUntil: UInt64?

    init(_ socket: Socket, number: Int, _ server: FrameServer) {
        (self.socket, self.number, self.server) = (socket, number, server)
        habits = server.habits
        perform(habits.greeting(number))
    }

    // MARK: For the loop

    private var isPaused: Bool { pausesUntil > 0 }

    var interest: Readiness {
        var interest: Readiness = isPaused ? [] : .readable
        if !output.isEmpty || canSendBody { interest.insert(.writable) }
        return interest
    }

    var deadline: UInt64 { lingersUntil ?? (isPaused ? pausesUntil : .max) }

    func serve(_ readiness: Readiness, now: UInt64) {
        if isPaused, pausesUntil <= now {
            pausesUntil = 0
            perform([])
        }
        if let lingersUntil, lingersUntil <= now { isOver = true }
        if readiness.contains(.readable) || readiness.contains(.broken) { read() }
        if !isOver { write() }
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        switch socket.read(into: &buffer, limit: buffer.count) {
        case .bytes(let count):
            // What comes after the end is read, so that closing does not break the connection.
            guard ending == .none else { return }
            do {
                for frame in try reader.read(buffer.prefix(count)) { try receive(frame) }
            } catch {
                isOver = true
            }
        case .end, .reset: isOver = true
        case .wouldBlock: break
        }
    }

    // MARK: Moves

    func send(_ frame: Frame) { perform([.send(frame)]) }

    func perform(_ more: [Move]) {
        moves += more
        while !moves.isEmpty, !isPaused, ending == .none { perform(moves.removeFirst()) }
    }

    private func perform(_ move: Move) {
        switch move {
        case .send(let frame):
            output += frame.encoded
            note(frame)
        case .bytes(let bytes): output += bytes
        case .body(let stream, let bytes): bodies.append((stream, bytes))
        case .leave: perform(.send(.goAway(last: highest)))
        case .pause(let milliseconds): pausesUntil = monotonicNanoseconds() + milliseconds * 1_000_000
        case .close: ending = .close
        case .reset: ending = .reset
        }
        if bodies.isEmpty, isDone, ending == .none { ending = .close }
    }

    /// What a frame says about the requests.
    private func note(_ frame: Frame) {
        switch Frame.Kind(rawValue: frame.kind) {
        case .goAway where frame.payload.count >= 8:
            last = UInt32(frame.payload[...])
            for (stream, request) in requests where isBeyondLast(stream) {
                server.change(request.place) { $0.isRefused = true }
            }
        case .resetStream where UInt32(frame.payload[...]) == Frame.ErrorCode.refusedStream.rawValue:
            if let request = requests[frame.stream] { server.change(request.place) { $0.isRefused = true } }
            requests[frame.stream] = nil
        case .data where frame.flags.contains(.endStream), .headers where frame.flags.contains(.endStream):
            requests[frame.stream]?.isAnswered = true
        default: break
        }
    }

    func isBeyondLast(_ stream: UInt32) -> Bool { last.map { stream > $0 } ?? false }

    /// Whether all is answered that is to be.
    private var isDone: Bool {
        guard habits.closesAfterGoAway, let last, last < Frame.lastStream else { return false }
        return requests.allSatisfy { $0.key > last || $0.value.isAnswered }
    }

    // MARK: Writing

    private var canSendBody: Bool { bodies.contains { windows.room($0.stream) > 0 } }

    /// A piece of each body in turn, while nothing else waits.
    private func fill() {
        guard output.isEmpty, !bodies.isEmpty else { return }
        for index in bodies.indices {
            let (stream, left) = bodies[index]
            let count = min(left, windows.room(stream), 16 << 10)
            guard count > 0 else { continue }
            windows.take(count, stream)
            bodies[index].left -= count
            let flags: Frame.Flags = count == left ? .endStream : []
            let frame = Frame(.data, flags, stream: stream, payload: [UInt8](repeating: 0x61, count: count))
            output += frame.encoded
            note(frame)
        }
        bodies.removeAll { $0.left == 0 }
        perform([])
    }

    /// The client takes a body no more.
    func drop(_ stream: UInt32) { bodies.removeAll { $0.stream == stream } }

    private func write() {
        fill()
        while !output.isEmpty {
            switch socket.write(output[...]) {
            case .bytes(let count): output.removeFirst(count)
            case .wouldBlock: return
            case .broken:
                isOver = true
                return
            }
        }
        end()
    }

    private func end() {
        switch ending {
        case .none: break
        case .reset:
            socket.resetOnClose()
            isOver = true
        case .close where lingersUntil == nil:
            socket.finishWriting()
            lingersUntil = monotonicNanoseconds() + 2_000_000_000
        case .close: break
        }
    }
}
#endif
