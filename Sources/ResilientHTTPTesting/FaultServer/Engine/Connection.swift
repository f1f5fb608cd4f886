import Foundation

/// One connection: reads requests, lets the script choose, and carries out the chosen behaviour's steps.
///
/// Lives on the loop's thread only. A request's body is taken in while its answer may already be under way;
/// the next request's bytes wait until both are done.
final class Connection {
    /// A request on its way: what has arrived of it and what it gets.
    struct Incoming {
        var request: FaultServer.ReceivedRequest
        let head: RequestHead
        var body: BodyDecoder
        let behaviour: FaultServer.Behaviour
        var isAnswering = false
    }

    /// Unparsed bytes beyond which the peer has to wait.
    static let inputLimit = 128 << 10

    let id: Int
    let socket: Socket
    let port: Int
    let otherPort: Int
    let state: ServerState
    let fault: FaultServer.ConnectionFault

    var input: [UInt8] = []
    /// Bytes of `input` that hold no end of a head, so that they are not searched twice.
    var searched = 0
    var incoming: Incoming?
    /// The steps left of the current answer, the next one last.
    var steps: [FaultServer.Step] = []
    var sending: ArraySlice<UInt8> = []
    /// While a pause lasts: its end.
    var resumeAt: UInt64?
    /// While slow reading waits: when the next bytes may be read.
    var readAt: UInt64?
    /// After FIN was sent: when the connection is closed at the latest.
    var drainUntil: UInt64?
    var peerFinished = false
    /// After an answer of 400, 413 or 431: the rest of the request is not looked at.
    var hasRefused = false
    private(set) var hasEnded = false

    init(
        _ socket: Socket,
        port: Int,
        otherPort: Int,
        fault: FaultServer.ConnectionFault,
        id: Int,
        state: ServerState
    ) {
        self.socket = socket
        self.port = port
        self.otherPort = otherPort
        self.fault = fault
        self.id = id
        self.state = state
    }

    /// What to poll for.
    var interest: Readiness {
        var interest: Readiness = []
        if wantsInput { interest.insert(.readable) }
        if !sending.isEmpty { interest.insert(.writable) }
        return interest
    }

    /// When to call `turn` even though the socket is not ready.
    ///
    /// Asked for on every turn of the loop, therefore without an array.
    var deadline: UInt64 {
        min(resumeAt ?? .max, min(readAt ?? .max, drainUntil ?? .max))
    }

    /// Goes as far as it can without waiting.
    func turn(_ readiness: Readiness, now: UInt64, buffer: inout [UInt8]) {
        if let at = readAt, now >= at { readAt = nil }
        if wantsInput {
            if !readiness.isDisjoint(with: [.readable, .broken]) { receive(now: now, buffer: &buffer) }
        } else if !readiness.isDisjoint(with: .broken) {
            return end(.peerReset)
        }
        advance(now: now)
        if let limit = drainUntil, now >= limit { end(.serverClosed) }
        // A peer that closes in a pause has given up; waiting for the pause's end would hide it.
        if peerFinished, sending.isEmpty { end(drainUntil == nil ? .peerClosed : .serverClosed) }
    }

    /// Closes the descriptor, once, and records how.
    func end(_ ending: FaultServer.ConnectionRecord.Ending) {
        guard !hasEnded else { return }
        hasEnded = true
        if let incoming, !incoming.body.isDone { state.ended(incoming.request) }
        if incoming == nil, !input.isEmpty { state.partialHead() }
        if ending == .serverReset { socket.resetOnClose() }
        socket.close()
        state.closed(connection: id, ending: ending)
    }

    /// Sends FIN. With nothing left to read the descriptor is closed at once, so that later bytes meet RST as they do
    /// at a real server; otherwise closing at once would turn FIN into RST before the peer has read the answer.
    func finish(now: UInt64) {
        socket.finishWriting()
        if input.isEmpty, incoming?.body.isDone ?? true { return end(.serverClosed) }
        drainUntil = now + state.configuration.closeGrace.clampedNanoseconds
        input.removeAll()
    }

    /// Sends a line of another protocol, and nothing after it.
    func speak() {
        sending = Array("SSH-2.0-FaultServer\r\n".utf8)[...]
        steps = [.hang]
    }

    private var wantsInput: Bool {
        !peerFinished && readAt == nil && input.count < Self.inputLimit && fault != .neverReads
    }

    private func receive(now: UInt64, buffer: inout [UInt8]) {
        let pace = incoming.flatMap { $0.body.isDone ? nil : $0.behaviour.readPace }
        switch socket.read(into: &buffer, limit: pace?.bytes ?? buffer.count) {
        case .bytes(let count):
            state.received(buffer[..<count], connection: id)
            if fault == .resetsOnFirstByte { return end(.serverReset) }
            if drainUntil == nil { input.append(contentsOf: buffer[..<count]) }
            if let pace { readAt = now + pace.interval }
        case .end: peerFinished = true
        case .reset: end(.peerReset)
        case .wouldBlock: break
        }
    }

    private func advance(now: UInt64) {
        while !hasEnded, drainUntil == nil {
            if incoming == nil, steps.isEmpty, sending.isEmpty, !takeHead(now: now) { return }
            takeBody()
            startAnswer()
            guard perform(now: now) else { return }
            // The answer is out; the request is over when its body is in as well.
            guard let incoming, incoming.isAnswering, incoming.body.isDone else { return }
            self.incoming = nil
        }
    }
}
