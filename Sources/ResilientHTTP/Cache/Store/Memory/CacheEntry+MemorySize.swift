import Foundation

extension CacheEntry {
    /// What an entry takes beside the bytes counted one by one: its object, its place in the shelves, what it is served
    /// with, and what the allocator adds. Measured with 100,000 entries by the benchmark `cache`.
    private static let overhead = 800
    /// What a body takes beside its bytes, unless it is so short that it is inside the `Data` itself.
    private static let bodyOverhead = 112
    private static let longestInlineBody = 14

    /// How many bytes of memory the entry takes in a ``MemoryCacheStore``: the body, the fields, the key, and the
    /// bookkeeping. What a buffer has room for beyond its bytes is not counted; see ``compacted``.
    var memorySize: Int {
        var size = Self.overhead + Self.size(of: body) + (key.body.map(Self.size) ?? 0)
        size += Self.size(of: key.url) + Self.size(of: key.method.rawValue)
        for field in headers {
            // Once in the entry, and with room for as many again in what it is served with.
            size += 3 * MemoryLayout<HeaderFields.Field>.stride
            size += Self.size(of: field.name.rawName) + Self.size(of: field.name.canonicalName)
            size += Self.size(of: field.value)
        }
        for selector in selectors {
            size += MemoryLayout<Selector>.stride
            size += Self.size(of: selector.name.rawName) + Self.size(of: selector.name.canonicalName)
            size += selector.value.map(Self.size) ?? 0
        }
        for tag in tags { size += 2 * MemoryLayout<String>.stride + Self.size(of: tag) }
        return size + (endpoint.map(Self.size) ?? 0)
    }

    /// The same answer with a body that takes as much memory as it has bytes: one that arrived in pieces has room for
    /// more, and a slice keeps all that it was cut from.
    var compacted: CacheEntry {
        guard body.count > Self.longestInlineBody else { return self }
        return with(
            body: body.withUnsafeBytes { bytes in bytes.baseAddress.map { Data(bytes: $0, count: bytes.count) } }
        )
    }

    private static func size(of data: Data) -> Int {
        data.count <= longestInlineBody ? 0 : bodyOverhead + data.count
    }

    /// Up to 15 bytes are inside the `String` itself; longer ones are an object with a head of 32 bytes.
    private static func size(of text: String) -> Int {
        let count = text.utf8.count
        return count <= 15 ? 0 : 48 + count
    }
}
