import Foundation

/// A JSON object as a tree, for laying single settings over a whole configuration.
struct JSONTree {
    private var root: [String: Any]

    init(_ value: some Encodable) throws {
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
        root = object as? [String: Any] ?? [:]
    }

    /// Sets a value from text: a number, true, false, null, a list or an object as JSON, anything else as a string.
    mutating func set(_ path: [String], to text: String) {
        root = Self.setting(path[...], to: Self.value(text), in: root)
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: JSONSerialization.data(withJSONObject: root))
    }

    private static func setting(_ path: ArraySlice<String>, to value: Any, in object: [String: Any]) -> [String: Any] {
        guard let key = path.first else { return object }
        var object = object
        if path.count == 1 {
            // `true` for a section that is on already leaves it as it is set.
            if value as? Bool == true, object[key] is [String: Any] { return object }
            object[key] = value
        } else {
            let inner = object[key] as? [String: Any] ?? [:]
            object[key] = setting(path.dropFirst(), to: value, in: inner)
        }
        return object
    }

    private static func value(_ text: String) -> Any {
        let parsed = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        return parsed ?? text
    }
}
