#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A port where nobody answers, held so that no other server gets it.
final class DeafPort: Sendable {
    enum Kind: Sendable {
        /// Connections are refused: bound, but nobody listens.
        case refusing
        /// The same on ::1.
        case refusingIPv6
        /// Attempts to connect meet silence: it listens, and its short queue is full.
        case silent
    }

    let port: Int
    private let descriptors: [Int32]

    init(_ kind: Kind) throws {
        let descriptor = Self.makeSocket(kind == .refusingIPv6 ? AF_INET6 : AF_INET)
        guard descriptor >= 0 else { throw FaultServerError.systemCall("socket", errno) }
        var opened = [descriptor]
        do {
            port = kind == .refusingIPv6 ? try Self.bindIPv6(descriptor) : try Self.bindIPv4(descriptor)
            if kind == .silent { opened += try Self.fill(descriptor, port: port) }
        } catch {
            for descriptor in opened { closeDescriptor(descriptor) }
            throw error
        }
        descriptors = opened
    }

    deinit {
        for descriptor in descriptors { closeDescriptor(descriptor) }
    }

    /// A backlog of 0 holds one connection; a few more attempts are certain to fill it.
    private static func fill(_ descriptor: Int32, port: Int) throws -> [Int32] {
        guard listen(descriptor, 0) == 0 else { throw FaultServerError.systemCall("listen", errno) }
        return (0..<4).map { _ in
            let client = makeSocket(AF_INET)
            var address = loopback(port)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    _ = connect(client, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return client
        }
    }

    private static func makeSocket(_ family: Int32) -> Int32 {
        #if canImport(Glibc)
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(family, SOCK_STREAM, 0)
        #endif
        if descriptor >= 0 { setDescriptorFlags(descriptor) }
        return descriptor
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return address
    }

    private static func bindIPv4(_ descriptor: Int32) throws -> Int {
        var address = loopback(0)
        try bind(descriptor, to: &address)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func bindIPv6(_ descriptor: Int32) throws -> Int {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        try bind(descriptor, to: &address)
        return Int(UInt16(bigEndian: address.sin6_port))
    }

    private static func bind<Address>(_ descriptor: Int32, to address: inout Address) throws {
        var length = socklen_t(MemoryLayout<Address>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bindSocket(descriptor, generic, length) == 0 else {
                    throw FaultServerError.systemCall("bind", errno)
                }
                guard getsockname(descriptor, generic, &length) == 0 else {
                    throw FaultServerError.systemCall("getsockname", errno)
                }
            }
        }
    }
}

/// `bind(2)` by a name that `DeafPort.bind` does not hide.
private func bindSocket(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(descriptor, address, length)
}
