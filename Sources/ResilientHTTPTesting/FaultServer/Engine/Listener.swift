#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A listening socket of 127.0.0.1, on a port that the system chooses unless one is given.
struct Listener {
    let socket: Socket
    let port: Int

    init(port wanted: Int? = nil, backlog: Int, receiveBufferBytes: Int?) throws {
        #if canImport(Glibc)
        let type = Int32(SOCK_STREAM.rawValue)
        #else
        let type = SOCK_STREAM
        #endif
        let descriptor = makeSocket(type)
        guard descriptor >= 0 else { throw FaultServerError.systemCall("socket", errno) }
        setDescriptorFlags(descriptor)
        let socket = Socket(descriptor: descriptor)
        socket.setOption(SOL_SOCKET, SO_REUSEADDR, Int32(1))
        // Accepted sockets inherit the buffer, and the TCP window is settled before accept(2) returns.
        if let receiveBufferBytes { socket.setOption(SOL_SOCKET, SO_RCVBUF, Int32(clamping: receiveBufferBytes)) }
        do {
            port = try Self.listen(descriptor, port: wanted ?? 0, backlog: backlog)
        } catch {
            socket.close()
            throw error
        }
        self.socket = socket
    }

    private static func listen(_ descriptor: Int32, port: Int, backlog: Int) throws -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(descriptor, generic, length) == 0 else { throw FaultServerError.systemCall("bind", errno) }
                guard startListening(descriptor, backlog) == 0 else {
                    throw FaultServerError.systemCall("listen", errno)
                }
                guard getsockname(descriptor, generic, &length) == 0 else {
                    throw FaultServerError.systemCall("getsockname", errno)
                }
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }
}

/// `socket(2)` by a name that `Listener.socket` does not hide.
private func makeSocket(_ type: Int32) -> Int32 {
    socket(AF_INET, type, 0)
}

/// `listen(2)` by a name that `Listener.listen` does not hide.
private func startListening(_ descriptor: Int32, _ backlog: Int) -> Int32 {
    listen(descriptor, Int32(clamping: backlog))
}
