#if os(Linux)
import Foundation
import Synchronization

/// Listens, and says to whoever has said something the same few bytes. Nothing else: no TLS and no HTTP.
final class BarePeer: Sendable {
    struct Unavailable: Error {}

    let port: Int
    private let descriptor: Int32
    private let peers = Mutex<[Int32]>([])

    /// - Parameters:
    ///   - bytes: what it says.
    ///   - closes: whether it hangs up afterwards.
    init(says bytes: [UInt8], closes: Bool) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound, listen(descriptor, 16) == 0 else { throw Unavailable() }
        let thread = Thread { [weak self, descriptor] in
            while true {
                let peer = accept(descriptor, nil, nil)
                guard peer >= 0 else { return }
                var room = [UInt8](repeating: 0, count: 16 << 10)
                if recv(peer, &room, room.count, 0) > 0 { send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
                if closes { close(peer) } else { self?.peers.withLock { $0.append(peer) } }
            }
        }
        thread.start()
    }

    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
        for peer in peers.withLock({ $0 }) { close(peer) }
    }
}
#endif
