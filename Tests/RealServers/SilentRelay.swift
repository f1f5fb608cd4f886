import Foundation
import Synchronization

/// A way to a server of 127.0.0.1 that can fall silent, as after a failover or a forgotten NAT entry: connections that
/// are there then stay open and carry nothing any more, and new ones work.
///
/// A thread for each direction of a connection. It ends with ``stop()``.
package final class SilentRelay: Sendable {
    private struct State {
        var sockets: [CInt] = []
        var accepted = 0
        var isOver = false
    }

    /// Where it listens.
    package let port: Int
    private let listener: CInt
    private let target: Int
    private let silences = Atomic(0)
    private let state = Mutex(State())

    /// Listens on a port of its own for a server's.
    package init(to target: Int) throws {
        let listener = socket(AF_INET, Self.stream, 0)
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let made = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard listener >= 0, made else { throw RealServerError(description: "the relay cannot listen") }
        (self.target, self.listener) = (target, listener)
        port = Int(in_port_t(bigEndian: address.sin_port))
        Thread { self.accept() }.start()
    }

    /// How many connections there have been.
    package var accepted: Int { state.withLock { $0.accepted } }

    /// From now on the connections that are there carry nothing.
    package func fallSilent() {
        silences.wrappingAdd(1, ordering: .relaxed)
    }

    /// Ends every connection.
    package func stop() {
        let sockets = state.withLock { state in
            state.isOver = true
            return state.sockets
        }
        for socket in sockets + [listener] { shutdown(socket, CInt(SHUT_RDWR)) }
    }

    private func accept() {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { break }
            let server = socket(AF_INET, Self.stream, 0)
            var address = Self.address(target)
            let connected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            let goesOn = state.withLock { state in
                guard !state.isOver, connected else { return false }
                state.sockets += [client, server]
                state.accepted += 1
                return true
            }
            guard goesOn else {
                close(client)
                close(server)
                continue
            }
            let silence = silences.load(ordering: .relaxed)
            Thread { self.carry(from: client, to: server, while: silence) }.start()
            Thread { self.carry(from: server, to: client, while: silence) }.start()
        }
        close(listener)
    }

    /// Descriptors are closed with the process: neither direction knows when the other has done with them.
    private func carry(from source: CInt, to sink: CInt, while silence: Int) {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            guard silences.load(ordering: .relaxed) == silence else { continue }
            var sent = 0
            while sent < count {
                let written = send(sink, Array(buffer[sent..<count]), count - sent, Self.noSignal)
                guard written > 0 else { return }
                sent += written
            }
        }
        if silences.load(ordering: .relaxed) == silence { shutdown(sink, CInt(SHUT_WR)) }
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return address
    }

    #if canImport(Darwin)
    private static let stream = SOCK_STREAM
    private static let noSignal: CInt = 0
    #else
    private static let stream = CInt(SOCK_STREAM.rawValue)
    private static let noSignal = CInt(MSG_NOSIGNAL)
    #endif
}
