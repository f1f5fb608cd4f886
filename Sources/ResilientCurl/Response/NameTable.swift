#if os(Linux)
import Foundation
import ResilientHTTP

/// The names of header fields that were met before, each with its last value: servers send the same few again and
/// again, and making a name or a value anew costs allocations. For one thread.
final class NameTable {
    /// What a field means to the transport itself.
    enum Meaning {
        case none, contentLength, contentEncoding, transferEncoding
    }

    final class Entry {
        let name: HeaderFields.Name
        let meaning: Meaning
        /// What is secret stays no longer than its answer.
        private let isSecret: Bool
        private var lastValue = ""

        fileprivate init(_ name: HeaderFields.Name) {
            self.name = name
            isSecret = Redactor.standard.isSensitive(name)
            meaning =
                switch name {
                case .contentLength: .contentLength
                case .contentEncoding: .contentEncoding
                case .transferEncoding: .transferEncoding
                default: .none
                }
        }

        /// The value of these bytes, made by `make` unless it is the last one.
        func value(_ bytes: UnsafeBufferPointer<UInt8>, _ make: (UnsafeBufferPointer<UInt8>) -> String) -> String {
            if NameTable.isEqual(lastValue, bytes) { return lastValue }
            let value = make(bytes)
            // A long one is hardly the same again.
            if bytes.count <= 64, !isSecret { lastValue = value }
            return value
        }
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
        let entry = Entry(name)
        // A name that is longer than any sensible one is not kept.
        if bytes.count <= 64 { entries[place] = entry }
        return entry
    }

    private static func isEqual(_ text: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var text = text
        return text.withUTF8 { text in
            guard text.count == bytes.count, let left = text.baseAddress, let right = bytes.baseAddress else {
                return text.count == bytes.count
            }
            return memcmp(left, right, bytes.count) == 0
        }
    }
}
#endif
