import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Cuts a file descriptor into lines, without ever keeping more than one line and one piece of what follows.
struct LineReader {
    enum Line: Equatable {
        case bytes([UInt8])
        /// A line above the limit; it has been skipped to its end.
        case tooLong
    }

    /// The longest line: 64 MiB.
    static let lengthLimit = 64 << 20

    private let descriptor: Int32
    private let lengthLimit: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var unread = 0..<0

    init(_ descriptor: Int32, lengthLimit: Int = LineReader.lengthLimit) {
        self.descriptor = descriptor
        self.lengthLimit = lengthLimit
    }

    /// The next line without its end, nil after the last. Blocks.
    mutating func next() -> Line? {
        var line: [UInt8] = []
        var isTooLong = false
        var hasBytes = false
        while fill() {
            hasBytes = true
            let newline = newline()
            let piece = unread.lowerBound..<(newline ?? unread.upperBound)
            if isTooLong || line.count + piece.count > lengthLimit {
                isTooLong = true
                line = []
            } else {
                line += buffer[piece]
            }
            unread = (newline.map { $0 + 1 } ?? unread.upperBound)..<unread.upperBound
            if newline != nil { return isTooLong ? .tooLong : .bytes(line) }
        }
        guard hasBytes else { return nil }
        return isTooLong ? .tooLong : .bytes(line)
    }

    /// Where the line ends, if it ends in what is unread. A long line is searched by the system's function.
    private func newline() -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base + unread.lowerBound, 0x0A, unread.count)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Makes sure that there is something unread. Returns false at the end.
    private mutating func fill() -> Bool {
        guard unread.isEmpty else { return true }
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            unread = 0..<max(0, count)
            return count > 0
        }
    }
}
