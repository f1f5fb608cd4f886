#if os(Linux)
@testable import ResilientHTTPTesting

/// The thread of a frame server.
struct FrameLoop {
    /// The most connections at a time; more are closed at once.
    private static let most = 256

    private let server: FrameServer
    private let listener: Socket
    private let pipe: WakePipe
    private var connections: [FrameConnection] = []

    init(_ server: FrameServer, _ listener: Socket, _ pipe: WakePipe) {
        (self.server, self.listener, self.pipe) = (server, listener, pipe)
    }

    mutating func run() {
        while !server.isStopping { turn() }
        for connection in connections { connection.socket.close() }
        for _ in connections { server.hasClosed() }
        listener.close()
        server.isOver()
    }

    private mutating func turn() {
        var polled = PollSet()
        polled.append(pipe.reader, .readable)
        polled.append(listener.descriptor, .readable)
        for connection in connections {
            polled.append(connection.socket.descriptor, connection.interest, deadline: connection.deadline)
        }
        polled.wait(until: .max)
        if polled[1] != [] { accept() }
        let now = monotonicNanoseconds()
        for index in polled.ready(now: now) where index >= 2 {
            connections[index - 2].serve(polled[index], now: now)
        }
        connections.removeAll { connection in
            guard connection.isOver else { return false }
            connection.socket.close()
            server.hasClosed()
            return true
        }
    }

    private mutating func accept() {
        guard case .socket(let socket) = listener.accept() else { return }
        guard connections.count < Self.most else { return socket.close() }
        connections.append(FrameConnection(socket, number: server.hasOpened(), server))
    }
}
#endif
