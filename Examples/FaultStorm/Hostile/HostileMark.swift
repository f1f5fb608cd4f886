import ResilientHTTP

/// The identity of a response, which stands in its body and in a field: a number, and a digest that no accident makes.
struct HostileMark: Equatable, Sendable {
    private static let start = "<id:"

    let number: UInt64
    let seed: UInt64

    var text: String { "\(Self.start)\(number):\(digest)>" }

    private var digest: String {
        String(SeededRandomSource(seed: seed &+ number &* 0x9e37_79b9_7f4a_7c15).next(), radix: 36)
    }

    /// All that stand in a text, whole and with the right digest.
    static func all(in text: String, seed: UInt64) -> [HostileMark] {
        text.split(separator: "<").compactMap { part in
            guard part.hasPrefix("id:"), let end = part.firstIndex(of: ">") else { return nil }
            let number = part.dropFirst(3).prefix { $0 != ":" }
            let mark = UInt64(number).map { HostileMark(number: $0, seed: seed) }
            return mark?.text == "<\(part[...end])" ? mark : nil
        }
    }
}
