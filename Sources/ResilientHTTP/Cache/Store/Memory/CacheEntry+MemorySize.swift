import Foundation

extension CacheEntry {
    /// What an entry takes beside the bytes counted one by one: its object, its place in the shelves, and what the
    /// allocator adds. Measured with 100,000 entries by the benchmark `cache`.
    static let overhead = 640

    /// How many bytes of memory the entry takes in a ``MemoryCacheStore``: the body, the fields, the key, and the
    /// bookkeeping.
    var memorySize: Int {
        var size = Self.overhead + body.count + (key.body?.count ?? 0)
        size += Self.size(of: key.url) + Self.size(of: key.method.rawValue)
        for field in headers {
            // In the list that is kept, and in the one that is served.
            size += 2 * 3 * MemoryLayout<String>.stride
            size += Self.size(of: field.name.rawName) + Self.size(of: field.name.canonicalName)
            size += Self.size(of: field.value)
        }
        for selector in selectors {
            size += 3 * MemoryLayout<String>.stride
            size += Self.size(of: selector.name.rawName) + Self.size(of: selector.name.canonicalName)
            size += selector.value.map(Self.size) ?? 0
        }
        for tag in tags { size += 2 * MemoryLayout<String>.stride + Self.size(of: tag) }
        return size + (endpoint.map(Self.size) ?? 0)
    }

    /// Up to 15 bytes are inside the `String` itself; longer ones are an object with a head of 32 bytes.
    private static func size(of text: String) -> Int {
        let count = text.utf8.count
        return count <= 15 ? 0 : 48 + count
    }
}
