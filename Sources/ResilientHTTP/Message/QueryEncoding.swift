package import Foundation

/// Query items as text: in the given order, names repeated as given, everything but unreserved characters encoded.
///
/// One encoding for every place, so that a cache key, a signature and the wire agree. `+` is `%2B` and a space is
/// `%20`, which every server reads alike.
package enum QueryEncoding {
    package static func encode(_ items: [URLQueryItem]) -> String {
        items.map { item in
            guard let value = item.value else { return encode(item.name) }
            return encode(item.name) + "=" + encode(value)
        }.joined(separator: "&")
    }

    package static func encode(_ component: String) -> String {
        if component.utf8.allSatisfy(Grammar.isUnreserved) { return component }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(component.utf8.count + 16)
        for byte in component.utf8 {
            if Grammar.isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
