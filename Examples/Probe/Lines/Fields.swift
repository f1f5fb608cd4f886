import Foundation
import ResilientHTTP

/// The keys of an object on a line, read by kind. Null is the same as absent.
struct Fields: Sendable {
    private let values: [String: JSON]
    /// Where the object is, for messages; empty for the line itself.
    private let path: String

    /// Reads an object. Throws for all else, and for keys that are not known: a typing error must not be ignored in
    /// silence.
    init(_ json: JSON, at path: String = "", known: [String]) throws(ResilientError) {
        guard let members = json.members else {
            throw .line("\(path.isEmpty ? "the line" : path) is \(json.kind), not an object")
        }
        self.path = path
        values = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let unknown = members.map(\.name).filter { !known.contains($0) }
        guard unknown.isEmpty else {
            let names = unknown.map { name(of: $0) }.joined(separator: ", ")
            throw .line("unknown key: \(names); known are \(known.joined(separator: ", "))")
        }
    }

    func name(of key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// The value of a key; nil for null.
    subscript(key: String) -> JSON? {
        guard let value = values[key], value != .null else { return nil }
        return value
    }

    func string(_ key: String) throws(ResilientError) -> String? {
        guard let value = self[key] else { return nil }
        guard case .string(let text) = value else { throw wrong(key, value, "a string") }
        return text
    }

    func bool(_ key: String) throws(ResilientError) -> Bool? {
        guard let value = self[key] else { return nil }
        guard case .bool(let isTrue) = value else { throw wrong(key, value, "true or false") }
        return isTrue
    }

    func array(_ key: String) throws(ResilientError) -> [JSON]? {
        guard let value = self[key] else { return nil }
        guard case .array(let values) = value else { throw wrong(key, value, "an array") }
        return values
    }

    func number(_ key: String, in range: ClosedRange<Double>) throws(ResilientError) -> Double? {
        guard let value = self[key] else { return nil }
        guard let number = value.number, range.contains(number) else {
            throw wrong(key, value, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func integer(_ key: String, in range: ClosedRange<Int64>) throws(ResilientError) -> Int64? {
        guard let value = self[key] else { return nil }
        guard let number = value.number.flatMap(Int64.init(exactly:)), range.contains(number) else {
            throw wrong(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Decimal seconds up to 10⁹, rounded to nanoseconds.
    func seconds(_ key: String) throws(ResilientError) -> Duration? {
        guard let seconds = try number(key, in: 0...1e9) else { return nil }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    /// Bytes from base64.
    func base64(_ key: String) throws(ResilientError) -> Data? {
        guard let text = try string(key) else { return nil }
        guard let data = Data(base64Encoded: text) else { throw .line("\(name(of: key)) is not base64") }
        return data
    }

    /// Header fields: pairs of name and value, or an object of names and values.
    func headers(_ key: String) throws -> HeaderFields {
        guard let value = self[key] else { return HeaderFields() }
        do {
            return try value.decode(HeaderFields.self, at: name(of: key))
        } catch let error as ResilientError {
            throw ResilientError.line(error.problems.map(\.description).joined(separator: "; "))
        }
    }

    /// Throws for a key that is needed and missing.
    func need<Value>(_ value: Value?, _ key: String) throws(ResilientError) -> Value {
        guard let value else { throw .line("\(name(of: key)) is missing") }
        return value
    }

    private func wrong(_ key: String, _ value: JSON, _ expected: String) -> ResilientError {
        if case .number(let text) = value {
            return .line("\(name(of: key)) is \(text.prefix(40)): expected \(expected)")
        }
        return .line("\(name(of: key)) is \(value.kind): expected \(expected)")
    }
}

extension JSON {
    /// The number as a `Double`; nil for all else and for what is too large.
    var number: Double? {
        guard case .number(let text) = self, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}

extension ResilientError {
    /// The error of a line that cannot be used; nothing was sent.
    static func line(_ message: String) -> ResilientError {
        ResilientError(.invalidRequest, message, reachedServer: .no)
    }
}
