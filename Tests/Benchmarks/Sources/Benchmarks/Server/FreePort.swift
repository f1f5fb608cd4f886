import Foundation

/// A port of this machine that nobody listens on.
struct FreePort {
    struct Failure: Error {}

    let number: Int
    /// Whether it is free on `::1`, too, which `localhost` may name first.
    let hasIPv6: Bool

    init() throws {
        guard let number = Self.bind(AF_INET, port: 0) else { throw Failure() }
        self.number = number
        hasIPv6 = Self.bind(AF_INET6, port: number) != nil
    }

    /// Binds a socket of this machine alone and lets it go; the port, or nil.
    private static func bind(_ family: Int32, port: Int) -> Int? {
        #if os(Linux)
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(family, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            if family == AF_INET {
                let address = bytes.assumingMemoryBound(to: sockaddr_in.self)
                address[0].sin_family = sa_family_t(AF_INET)
                address[0].sin_port = in_port_t(port).bigEndian
                address[0].sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
                size = socklen_t(MemoryLayout<sockaddr_in>.size)
            } else {
                let address = bytes.assumingMemoryBound(to: sockaddr_in6.self)
                address[0].sin6_family = sa_family_t(AF_INET6)
                address[0].sin6_port = in_port_t(port).bigEndian
                address[0].sin6_addr = in6addr_loopback
                size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            }
            let address = bytes.assumingMemoryBound(to: sockaddr.self)
            guard let base = address.baseAddress, systemBind(descriptor, base, size) == 0,
                getsockname(descriptor, base, &size) == 0
            else { return nil }
            // The port is at the same place in both.
            return Int(UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)))
        }
    }

    private static func systemBind(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32
    {
        #if canImport(Darwin)
        Darwin.bind(descriptor, address, size)
        #else
        Glibc.bind(descriptor, address, size)
        #endif
    }
}
