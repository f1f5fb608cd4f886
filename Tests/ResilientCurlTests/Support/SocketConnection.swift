#if os(Linux)
import Foundation
import Synchronization

/// A connection of a ``SocketPeer``, with calls that block its thread.
final class SocketConnection: WireConnection {
    let descriptor: Int32
    private let isOpen = Mutex(true)
    private let received = Mutex<[UInt8]>([])

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        // What is said goes out at once, and does not wait for word of what was said before.
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
    }

    /// All that has come so far, as text.
    var text: String { received.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Waits for more. False at the end.
    @discardableResult func receive() -> Bool {
        var room = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &room, room.count, 0)
        guard count > 0 else { return false }
        received.withLock { $0.append(contentsOf: room[..<count]) }
        return true
    }

    /// Waits until a text has come, and takes all up to its end. Nil when the connection ends before.
    @discardableResult func receive(through mark: String) -> String? {
        while true {
            let taken = received.withLock { bytes -> String? in
                let mark = Array(mark.utf8)
                guard bytes.count >= mark.count,
                    let start = (0...(bytes.count - mark.count)).first(where: { bytes[$0...].starts(with: mark) })
                else { return nil }
                let end = start + mark.count
                defer { bytes.removeFirst(end) }
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
            if let taken { return taken }
            guard receive() else { return nil }
        }
    }

    /// A request's head.
    @discardableResult func receiveHead() -> String? { receive(through: "\r\n\r\n") }

    func say(_ text: String) { say(Array(text.utf8)) }

    func say(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Ends it with a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
        end()
    }

    /// Counts once.
    func end() {
        isOpen.withLock { isOpen in
            if isOpen {
                // Wakes whoever waits for it.
                if !Self.lingers(descriptor) { shutdown(descriptor, Int32(SHUT_RDWR)) }
                close(descriptor)
            }
            isOpen = false
        }
    }

    /// Hands all that comes on to another port of this machine, and back, until either ends.
    func relay(to port: Int) {
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = Self.name("127.0.0.1", port)
        let isConnected = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let target = SocketConnection(other)
        defer { target.end() }
        guard isConnected else { return }
        let back = Thread { [self] in
            Self.pump(from: target, to: self)
            end()
        }
        back.start()
        Self.pump(from: self, to: target)
    }

    private static func pump(from source: SocketConnection, to target: SocketConnection) {
        var isOpen = true
        while isOpen {
            let bytes = source.received.withLock { bytes in
                defer { bytes = [] }
                return bytes
            }
            if bytes.isEmpty { isOpen = source.receive() } else { target.say(bytes) }
        }
    }

    private static func lingers(_ descriptor: Int32) -> Bool {
        var linger = linger()
        var length = socklen_t(MemoryLayout<Foundation.linger>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, &length)
        return linger.l_onoff != 0
    }

    static func name(_ address: String, _ port: Int) -> sockaddr_in {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        name.sin_addr.s_addr = inet_addr(address)
        return name
    }
}
#endif
