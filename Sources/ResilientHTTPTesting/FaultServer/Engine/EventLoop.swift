/// The server's only thread: waits with `poll(2)` and gives every ready or due connection a turn.
///
/// `poll` looks at every descriptor anyway, so the nearest deadline is found by a scan and there is no timer heap.
struct EventLoop {
    /// How long not to accept after the process ran out of descriptors (10 ms in nanoseconds).
    private static let acceptPause: UInt64 = 10_000_000

    private let state: ServerState
    private let pipe: WakePipe
    private let listeners: [Listener]
    private var connections: [Connection] = []
    /// The pipe, the listeners, then the connections in the same order as in `connections`.
    private var pollSet = PollSet()
    private var accepts = true
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    init(state: ServerState, pipe: WakePipe, listeners: [Listener]) {
        self.state = state
        self.pipe = pipe
        self.listeners = listeners
        pollSet.append(pipe.reader, .readable)
        for listener in listeners { pollSet.append(listener.socket.descriptor, .readable) }
    }

    mutating func run() {
        while true {
            let orders = state.settle(now: monotonicNanoseconds())
            if orders.stops { break }
            if orders.accepts != accepts { setAccepting(orders.accepts) }
            pollSet.wait(until: orders.deadline)
            let now = monotonicNanoseconds()
            // From the back, so that removing a connection and accepting new ones leave the smaller indices alone.
            for index in pollSet.ready(now: now).reversed() {
                switch index {
                case 0: pipe.drain()
                case 1...listeners.count: accept(at: index, now: now)
                default: turn(at: index, now: now)
                }
            }
        }
        for connection in connections { connection.end(.stopped) }
        for listener in listeners { listener.socket.close() }
        state.finished()
    }

    private mutating func turn(at index: Int, now: UInt64) {
        let place = index - 1 - listeners.count
        let connection = connections[place]
        connection.turn(pollSet[index], now: now, buffer: &buffer)
        if connection.hasEnded {
            pollSet.swapRemove(at: index)
            connections.swapAt(place, connections.count - 1)
            connections.removeLast()
        } else {
            pollSet.update(index, connection.interest, deadline: connection.deadline)
        }
    }

    private mutating func setAccepting(_ accepts: Bool) {
        self.accepts = accepts
        for index in 1...listeners.count { pollSet.update(index, accepts ? .readable : []) }
    }

    private mutating func accept(at index: Int, now: UInt64) {
        pollSet.update(index, accepts ? .readable : [])
        while state.isAccepting {
            switch listeners[index - 1].socket.accept() {
            case .socket(let socket): open(socket, from: index - 1)
            case .nothing: return
            case .exhausted: return pollSet.update(index, [], deadline: now + Self.acceptPause)
            }
        }
    }

    private mutating func open(_ socket: Socket, from index: Int) {
        let port = listeners[index].port
        let (id, fault) = state.opened(port: port)
        let otherPort = listeners[(index + 1) % listeners.count].port
        let connection = Connection(socket, port: port, otherPort: otherPort, fault: fault, id: id, state: state)
        switch fault {
        case .resetsOnAccept: return connection.end(.serverReset)
        case .closesOnAccept: return connection.finish(now: 0)
        case .speaksFirst: connection.speak()
        default: break
        }
        connections.append(connection)
        pollSet.append(socket.descriptor, connection.interest)
    }
}
