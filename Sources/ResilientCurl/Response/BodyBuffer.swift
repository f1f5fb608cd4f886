#if os(Linux)
import Foundation

/// Collects a body. A small one is copied out, and the room stays for the next; a large one is handed over as it is.
struct BodyBuffer {
    private static let small = 16 << 10
    /// The most that is set aside on the word of a Content-Length.
    private static let trusted = 8 << 20

    private var bytes: UnsafeMutableRawPointer?
    private var capacity = 0
    private(set) var count = 0

    /// Makes room for a body of a known length.
    mutating func expect(_ length: Int) {
        if length > Self.small { reserve(min(length, Self.trusted)) }
    }

    mutating func append(_ piece: UnsafeRawBufferPointer) {
        guard let source = piece.baseAddress, !piece.isEmpty else { return }
        if count + piece.count > capacity { reserve(max(count + piece.count, 2 * capacity, 4096)) }
        bytes?.advanced(by: count).copyMemory(from: source, byteCount: piece.count)
        count += piece.count
    }

    private mutating func reserve(_ size: Int) {
        guard size > capacity else { return }
        // As with any allocation of Swift's own: a body's limit is what keeps it from coming to this.
        guard let larger = realloc(bytes, size) else { fatalError("out of memory for a body of \(size) bytes") }
        bytes = larger
        capacity = size
    }

    /// What was collected; the buffer is empty again.
    mutating func take() -> Data {
        guard let collected = bytes, count > 0 else { return Data() }
        defer { count = 0 }
        if count <= Self.small { return Data(bytes: collected, count: count) }
        let fitting = capacity - count > capacity / 8 ? realloc(collected, count) ?? collected : collected
        defer { (bytes, capacity) = (nil, 0) }
        return Data(bytesNoCopy: fitting, count: count, deallocator: .free)
    }

    /// Forgets what was collected, and room that is worth something to others.
    mutating func clear() {
        count = 0
        if capacity > 4 * Self.small { free() }
    }

    mutating func free() {
        Foundation.free(bytes)
        (bytes, capacity, count) = (nil, 0, 0)
    }
}
#endif
