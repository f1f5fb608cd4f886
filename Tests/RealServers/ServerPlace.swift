package import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a server has for itself: a folder, and ports of 127.0.0.1.
package struct ServerPlace: Sendable {
    /// Empty at first; gone when the server is.
    package let folder: URL
    /// Ports that were free a moment ago.
    package let ports: [Int]

    init(ports count: Int) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("server-\(UUID().uuidString)")
        ports = try Self.freePorts(count)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// The first port.
    package var port: Int { ports[0] }

    /// Writes a file into the folder.
    package func write(_ data: Data, to name: String) throws {
        try data.write(to: folder.appendingPathComponent(name))
    }

    /// Writes a large file into the folder.
    package func write(repeating block: Data, _ count: Int, to name: String) throws {
        try write(Data(), to: name)
        let file = try FileHandle(forWritingTo: folder.appendingPathComponent(name))
        for _ in 0..<count { try file.write(contentsOf: block) }
        try file.close()
    }

    /// What stands in a file of the folder; empty when there is none.
    package func text(of name: String) -> String {
        let data = try? Data(contentsOf: folder.appendingPathComponent(name))
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    /// Whether somebody listens on every port.
    var accepts: Bool {
        ports.allSatisfy { port in
            let descriptor = Self.makeSocket()
            defer { close(descriptor) }
            return Self.withAddress(port) { connect(descriptor, $0, $1) } == 0
        }
    }

    /// All are bound before the first is let go, so that they differ.
    private static func freePorts(_ count: Int) throws -> [Int] {
        let descriptors = (0..<count).map { _ in makeSocket() }
        defer { for descriptor in descriptors { close(descriptor) } }
        return try descriptors.map { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withAddress(0) { bind(descriptor, $0, $1) } == 0
            let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
            }
            guard isBound, isKnown else { throw RealServerError(description: "there is no free port") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }

    private static func makeSocket() -> Int32 {
        #if canImport(Glibc)
        socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
        socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }

    private static func withAddress(_ port: Int, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
