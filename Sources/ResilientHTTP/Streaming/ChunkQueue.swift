package import Foundation

/// Chunks in their order, added at the back and taken from the front.
package struct ChunkQueue: Sendable {
    private var chunks: [Data?] = []
    private var first = 0
    /// The bytes in all of them.
    package private(set) var bytes = 0

    package init() {}

    package mutating func append(_ chunk: Data) {
        chunks.append(chunk)
        bytes += chunk.count
    }

    package mutating func popFirst() -> Data? {
        guard first < chunks.count, let chunk = chunks[first] else { return nil }
        chunks[first] = nil
        first += 1
        bytes -= chunk.count
        if first == chunks.count {
            chunks.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 64, first * 2 >= chunks.count {
            // Each chunk is moved at most once for each that was taken.
            chunks.removeFirst(first)
            first = 0
        }
        return chunk
    }
}
