/// The server's only thread: waits with `poll(2)` and gives every ready or due connection a turn.
///
/// `poll` looks at every descriptor anyway, so the nearest deadline is found in the same pass and there is no timer heap.
struct EventLoop {
    /// How long not to accept after the process ran out of descriptors (10 ms in nanoseconds).
    private static let acceptPause: UInt64 = 10_000_000

    private let state: ServerState
    private let pipe: WakePipe
    private let listeners: [Listener]
    private var connections: [Connection] = []
    private var pollSet = PollSet()
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var acceptAt: UInt64?

    init(state: ServerState, pipe: WakePipe, listeners: [Listener]) {
        self.state = state
        self.pipe = pipe
        self.listeners = listeners
    }

    mutating func run() {
        while true {
            let (stops, deadline) = state.settle(now: monotonicNanoseconds())
            if stops { break }
            wait(until: deadline)
            pipe.drain()
            let now = monotonicNanoseconds()
            // Before accepting: the poll set has no entries for new connections.
            for (index, connection) in connections.enumerated() {
                let readiness = pollSet[index + 1 + listeners.count]
                guard !readiness.isEmpty || now >= connection.deadline else { continue }
                connection.turn(readiness, now: now, buffer: &buffer)
            }
            connections.removeAll(where: \.hasEnded)
            accept(now: now)
        }
        for connection in connections { connection.end(.stopped) }
        for listener in listeners { listener.socket.close() }
        state.finished()
    }

    private mutating func wait(until deadline: UInt64?) {
        var nearest = deadline ?? .max
        pollSet.removeAll()
        pollSet.append(pipe.reader, .readable)
        for listener in listeners { pollSet.append(listener.socket.descriptor, acceptAt == nil ? .readable : []) }
        for connection in connections {
            pollSet.append(connection.socket.descriptor, connection.interest)
            nearest = min(nearest, connection.deadline)
        }
        if let acceptAt { nearest = min(nearest, acceptAt) }
        pollSet.wait(until: nearest == .max ? nil : nearest)
    }

    private mutating func accept(now: UInt64) {
        if let at = acceptAt, now < at { return }
        acceptAt = nil
        for (index, listener) in listeners.enumerated() where pollSet[1 + index].contains(.readable) {
            accepting: while true {
                switch listener.socket.accept() {
                case .nothing: break accepting
                case .exhausted:
                    acceptAt = now + Self.acceptPause
                    break accepting
                case .socket(let socket): open(socket, index)
                }
            }
        }
    }

    private mutating func open(_ socket: Socket, _ index: Int) {
        let port = listeners[index].port
        let (id, fault) = state.opened(port: port)
        let otherPort = listeners[(index + 1) % listeners.count].port
        let connection = Connection(socket, port: port, otherPort: otherPort, fault: fault, id: id, state: state)
        switch fault {
        case .resetsOnAccept: connection.end(.serverReset)
        case .closesOnAccept: connection.finish(now: 0)
        default: connections.append(connection)
        }
    }
}
