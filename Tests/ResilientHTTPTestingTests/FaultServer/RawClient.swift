import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A blocking socket for tests that look at the bytes on the wire. Every read gives up after ten seconds.
final class RawClient {
    enum Ending {
        case closed
        case reset
        case timedOut
    }

    private let descriptor: Int32
    private var isOpen = true

    init(port: Int, receiveTimeoutSeconds: Int = 10) throws {
        #if canImport(Glibc)
        let type = Int32(SOCK_STREAM.rawValue)
        #else
        let type = SOCK_STREAM
        #endif
        descriptor = socket(AF_INET, type, 0)
        var timeout = timeval(tv_sec: receiveTimeoutSeconds, tv_usec: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit {
        close()
    }

    func close() {
        if isOpen { shutDown(descriptor) }
        isOpen = false
    }

    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Sends as much as the server takes; an error shows in the next read.
    func send(_ text: String) {
        send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0) }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }

    /// Sends at most so many bytes, without waiting for room, and returns how many the system took.
    func sendWithoutBlocking(_ count: Int) -> Int {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let block = [UInt8](repeating: 0, count: 64 << 10)
        var sent = 0
        while sent < count {
            let more = block.withUnsafeBytes { write(descriptor, $0) }
            guard more > 0 else { break }
            sent += more
        }
        return sent
    }

    /// Sends a request without a body, or with one and its Content-Length.
    func request(_ method: String, _ target: String, _ lines: [String] = [], body: String? = nil) {
        var head = ["\(method) \(target) HTTP/1.1", "Host: test"] + lines
        if let body { head.append("Content-Length: \(body.utf8.count)") }
        send((head + ["", body ?? ""]).joined(separator: "\r\n"))
    }

    /// Sends a GET request.
    func request(_ target: String, _ lines: [String] = []) {
        request("GET", target, lines)
    }

    /// Reads exactly so many bytes, fewer only when the connection ends.
    func read(_ count: Int) -> String {
        var bytes: [UInt8] = []
        while bytes.count < count, let more = receive(count - bytes.count).bytes { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads until the text read so far ends with `suffix`, or the connection ends.
    func read(until suffix: String) -> String {
        var text: [UInt8] = []
        while !text.ends(with: suffix.utf8), let more = receive(1).bytes { text += more }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads to the end of the connection.
    func readToEnd() -> (text: String, ending: Ending) {
        let (bytes, ending) = readBytesToEnd()
        return (String(decoding: bytes, as: UTF8.self), ending)
    }

    func readBytesToEnd() -> (bytes: [UInt8], ending: Ending) {
        var all: [UInt8] = []
        while true {
            let (bytes, ending) = receive(64 << 10)
            guard let bytes else { return (all, ending) }
            all += bytes
        }
    }

    private func receive(_ limit: Int) -> (bytes: [UInt8]?, ending: Ending) {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, 0)
        if count > 0 { return (Array(buffer.prefix(count)), .closed) }
        if count == 0 { return (nil, .closed) }
        return (nil, errno == EAGAIN || errno == EWOULDBLOCK ? .timedOut : .reset)
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool {
        self.suffix(suffix.count).elementsEqual(suffix)
    }
}

/// `close(2)` by a name that `RawClient.close` does not hide.
private func shutDown(_ descriptor: Int32) {
    close(descriptor)
}

private func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
    send(descriptor, bytes.baseAddress, bytes.count, 0)
    #else
    send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #endif
}
