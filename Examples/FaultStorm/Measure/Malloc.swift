#if canImport(Glibc)
import Foundation
import Glibc

/// glibc's own functions, looked up by name because Swift's module of glibc leaves `malloc.h` out.
enum Malloc {
    private typealias Trim = @convention(c) (Int) -> Int32
    private typealias Info = @convention(c) (Int32, UnsafeMutableRawPointer) -> Int32

    /// Gives what is free back to the system, as far as it can.
    static func trim() {
        guard let symbol = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(symbol, to: Trim.self)(0)
    }

    /// How many bytes are handed out over all arenas.
    static var bytesInUse: Int {
        let text = information
        // The last of each are the totals over all arenas.
        return number("system type=\"current\" size", in: text) + number("total type=\"mmap\" count", "size", in: text)
            - number("total type=\"fast\" count", "size", in: text)
            - number("total type=\"rest\" count", "size", in: text)
    }

    private static func number(_ start: String, _ key: String? = nil, in text: String) -> Int {
        guard var range = text.range(of: "<\(start)=\"", options: .backwards) else { return 0 }
        if let key {
            guard let next = text.range(of: " \(key)=\"", range: range.upperBound..<text.endIndex) else { return 0 }
            range = next
        }
        return Int(text[range.upperBound...].prefix { $0.isNumber }) ?? 0
    }

    private static var information: String {
        guard let symbol = dlsym(nil, "malloc_info") else { return "" }
        var buffer: UnsafeMutablePointer<CChar>?
        var count = 0
        guard let stream = open_memstream(&buffer, &count) else { return "" }
        _ = unsafeBitCast(symbol, to: Info.self)(0, stream)
        fclose(stream)
        defer { free(buffer) }
        guard let buffer else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: buffer, count: count), as: UTF8.self)
    }
}
#endif
