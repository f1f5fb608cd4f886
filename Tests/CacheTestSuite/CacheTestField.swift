/// A header field in a test: a name alone, or a name with what stands or is to stand in it.
struct CacheTestField: Decodable, Sendable {
    enum Value: Sendable {
        /// The name alone counts.
        case any
        case text(String)
        /// Seconds from the origin's time; a date in the fields that are one.
        case seconds(Int)
        /// More than a number.
        case above(Int)
        /// The same as in another field.
        case sameAs(String)
    }

    let name: String
    let value: Value
    /// Whether the client has to see it as it was sent.
    let isChecked: Bool

    init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            (self.name, value, isChecked) = (name, .any, true)
            return
        }
        var list = try decoder.unkeyedContainer()
        name = try list.decode(String.self)
        if let seconds = try? list.decode(Int.self) {
            value = .seconds(seconds)
        } else {
            let text = try list.decode(String.self)
            switch text {
            case ">": value = .above(try list.decode(Int.self))
            case "=": value = .sameAs(try list.decode(String.self))
            default: value = .text(text)
            }
        }
        isChecked = list.isAtEnd ? true : try list.decode(Bool.self)
    }

    /// What is sent: dates made of seconds, and locations below the place of the test.
    func text(now: Int64, base: String? = nil, isShortYear: Bool = false) -> String {
        let name = name.lowercased()
        switch value {
        case .any, .above, .sameAs:
            return ""
        case .seconds(let seconds):
            guard Self.dates.contains(name) else { return String(seconds) }
            return OriginDate.text(now + Int64(seconds), isShortYear: isShortYear)
        case .text(let text):
            guard let base, Self.locations.contains(name) else { return text }
            return text.isEmpty ? base : "\(base)/\(text)"
        }
    }

    private static let dates: Set<String> = ["date", "expires", "last-modified", "if-modified-since"]
    private static let locations: Set<String> = ["location", "content-location"]
}
