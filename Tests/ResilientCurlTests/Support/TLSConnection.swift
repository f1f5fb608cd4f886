#if os(Linux)
import Foundation
import Synchronization

/// A server's end of a TLS connection by the system's OpenSSL, which sends tickets and new keys when the test says so.
///
/// `@unchecked Sendable`: OpenSSL's session is a C pointer that only the connection's thread uses.
final class TLSConnection: WireConnection, @unchecked Sendable {
    private let library: OpenSSL
    private let session: OpaquePointer
    private let connection: SocketConnection
    private let received = Mutex<[UInt8]>([])

    /// Shakes hands. Nil when that fails.
    init?(_ library: OpenSSL, over connection: SocketConnection) {
        guard let session = library.makeSession(library.context) else { return nil }
        (self.library, self.session, self.connection) = (library, session, connection)
        _ = library.setDescriptor(session, connection.descriptor)
        guard library.accept(session) == 1 else { return nil }
    }

    deinit { library.free(session) }

    func receiveHead() -> String? { receive(through: "\r\n\r\n") }

    func receive(through mark: String) -> String? {
        while true {
            let taken = received.withLock { bytes -> String? in
                guard let found = String(decoding: bytes, as: UTF8.self).range(of: mark) else { return nil }
                let text = String(decoding: bytes, as: UTF8.self)[..<found.upperBound]
                bytes.removeFirst(text.utf8.count)
                return String(text)
            }
            if let taken { return taken }
            var room = [UInt8](repeating: 0, count: 16 << 10)
            let count = library.read(session, &room, Int32(room.count))
            guard count > 0 else { return nil }
            received.withLock { $0.append(contentsOf: room[..<Int(count)]) }
        }
    }

    func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = library.write(session, bytes, Int32(bytes.count))
    }

    /// Sends a ticket for a later session.
    func sendTicket() {
        _ = library.newTicket(session)
        _ = library.doHandshake(session)
    }

    /// Sends word of new keys, and asks for those of the other side.
    func sendNewKeys() {
        _ = library.updateKeys(session, 1)
        _ = library.doHandshake(session)
    }

    func end() {
        _ = library.shutdown(session)
        connection.end()
    }
}
#endif
