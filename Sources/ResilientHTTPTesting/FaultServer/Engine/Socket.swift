#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A non-blocking TCP socket of 127.0.0.1, as a bare descriptor: the event loop owns and closes it.
///
/// Glibc's Swift module has neither `accept4` nor `pipe2` (they need `_GNU_SOURCE`), so the flags are set by `fcntl`.
struct Socket {
    enum ReadResult {
        case bytes(Int)
        case end
        case reset
        case wouldBlock
    }

    enum WriteResult {
        case bytes(Int)
        case broken
        case wouldBlock
    }

    enum AcceptResult {
        case socket(Socket)
        case nothing
        /// The process is out of descriptors; the connection stays in the backlog.
        case exhausted
    }

    let descriptor: Int32

    func accept() -> AcceptResult {
        while true {
            #if canImport(Glibc)
            let accepted = Glibc.accept(descriptor, nil, nil)
            #elseif canImport(Musl)
            let accepted = Musl.accept(descriptor, nil, nil)
            #else
            let accepted = Darwin.accept(descriptor, nil, nil)
            #endif
            if accepted >= 0 {
                let socket = Socket(descriptor: accepted)
                setDescriptorFlags(accepted)
                socket.setOption(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
                #if canImport(Darwin)
                socket.setOption(SOL_SOCKET, SO_NOSIGPIPE, Int32(1))
                #endif
                return .socket(socket)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            default: return .nothing
            }
        }
    }

    /// Reads at most `limit` bytes to the beginning of `buffer`.
    func read(into buffer: inout [UInt8], limit: Int) -> ReadResult {
        let wanted = min(limit, buffer.count)
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, wanted, 0) }
        if count > 0 { return .bytes(count) }
        if count == 0 { return .end }
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .wouldBlock : .reset
    }

    func write(_ bytes: ArraySlice<UInt8>) -> WriteResult {
        #if canImport(Darwin)
        let flags: Int32 = 0
        #else
        let flags = Int32(MSG_NOSIGNAL)
        #endif
        let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
        if count >= 0 { return .bytes(count) }
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .wouldBlock : .broken
    }

    /// Sends FIN; the other direction stays open.
    func finishWriting() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Lets the next `close()` send RST and discard what has not been sent.
    func resetOnClose() {
        setOption(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
    }

    func close() {
        closeDescriptor(descriptor)
    }

    func setOption<Value: BitwiseCopyable>(_ level: Int32, _ name: Int32, _ value: Value) {
        withUnsafeBytes(of: value) { bytes in
            _ = setsockopt(descriptor, level, name, bytes.baseAddress, socklen_t(bytes.count))
        }
    }
}

/// `close(2)` by a name that `Socket.close` does not hide.
func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}

/// Makes a descriptor non-blocking and keeps it out of child processes.
func setDescriptorFlags(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
}
