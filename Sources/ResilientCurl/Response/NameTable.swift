#if os(Linux)
import ResilientHTTP

/// The names of header fields that were met before: servers send the same few again and again, and making one anew
/// costs several allocations. For one thread.
final class NameTable {
    /// What a field means to the transport itself.
    enum Meaning {
        case none, contentLength, contentEncoding, transferEncoding
    }

    struct Entry {
        let name: HeaderFields.Name
        let meaning: Meaning
    }

    /// A power of two. A name that falls on another's place takes it.
    private static let size = 256
    private var entries = [Entry?](repeating: nil, count: NameTable.size)

    /// The name of these bytes; nil when they are no token.
    func entry(_ bytes: UnsafeBufferPointer<UInt8>) -> Entry? {
        var hash: UInt32 = 2_166_136_261
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let place = Int(hash ^ hash >> 16) & (Self.size - 1)
        if let known = entries[place], Self.isEqual(known.name.rawName, bytes) { return known }
        guard let text = String(validating: bytes, as: UTF8.self), let name = HeaderFields.Name(text) else {
            return nil
        }
        let entry = Entry(name: name, meaning: Self.meaning(name))
        // A name that is longer than any sensible one is not kept.
        if bytes.count <= 64 { entries[place] = entry }
        return entry
    }

    private static func isEqual(_ text: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var text = text
        return text.withUTF8 { $0.count == bytes.count && $0.elementsEqual(bytes) }
    }

    private static func meaning(_ name: HeaderFields.Name) -> Meaning {
        switch name {
        case .contentLength: .contentLength
        case .contentEncoding: .contentEncoding
        case .transferEncoding: .transferEncoding
        default: .none
        }
    }
}
#endif
