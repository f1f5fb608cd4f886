import ResilientHTTP

/// The `config` of an op that has the traces' field names instead of the library's. All that is wrong with it is told
/// at once, under the names that the line uses.
struct TraceConfig {
    private var values: [String: JSON] = [:]
    private var problems: [ConfigurationProblem] = []
    /// The fields by the library's name of what they set.
    private var fields: [String: String] = [:]

    /// Takes in a config; null is one without fields.
    init(_ json: JSON?, known: [String]) {
        guard let json else { return }
        if json.members == nil { refuse("", "is \(json.kind): expected an object") }
        for member in json.members ?? [] {
            if !known.contains(member.name) {
                refuse(member.name, "unknown key; known are \(known.joined(separator: ", "))")
            } else if member.value != .null {
                values[member.name] = member.value
            }
        }
    }

    func has(_ field: String) -> Bool { values[field] != nil }

    /// Whether a field has a word in place of its number.
    func isText(_ field: String, _ word: String) -> Bool { values[field] == .string(word) }

    /// A whole number, whose range the library checks under the names of what it `sets`.
    mutating func integer(_ field: String, sets names: String...) -> Int? {
        guard let value = values[field] else { return nil }
        for name in names { fields[name] = field }
        guard let number = value.number.flatMap(Int.init(exactly:)) else {
            refuse(field, value, "a whole number")
            return nil
        }
        return number
    }

    mutating func number(_ field: String, in range: ClosedRange<Double>, sets names: String...) -> Double? {
        guard let value = values[field] else { return nil }
        for name in names { fields[name] = field }
        guard let number = value.number, range.contains(number) else {
            refuse(field, value, "a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// A time in units of so many nanoseconds, up to 10⁹ s.
    mutating func time(_ field: String, unit: Double, sets name: String) -> Duration? {
        number(field, in: 0...(1e18 / unit), sets: name).map { .nanoseconds(Int64(($0 * unit).rounded())) }
    }

    /// One of several names.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ field: String) -> Choice?
    where Choice.RawValue == String {
        guard let value = values[field] else { return nil }
        guard case .string(let text) = value, let choice = Choice(rawValue: text) else {
            refuse(field, value, Choice.allCases.map(\.rawValue).joined(separator: " or "))
            return nil
        }
        return choice
    }

    /// Says what is wrong with a field, if it is there.
    mutating func refuse(_ names: [String], because message: String) {
        for name in names where has(name) { refuse(name, message) }
    }

    mutating func refuse(_ field: String, _ message: String) {
        problems.append(ConfigurationProblem(path: field, message: message))
    }

    private mutating func refuse(_ field: String, _ value: JSON, _ expected: String) {
        let found =
            switch value {
            case .number(let text), .string(let text): String(text.prefix(40))
            default: value.kind
            }
        refuse(field, "is \(found): expected \(expected)")
    }

    /// Makes what the config is for. Throws one configuration error with the problems of the fields and those that the
    /// library has with them.
    func make<Value>(_ make: () throws -> Value) throws -> Value {
        var problems = problems
        do {
            let value = try make()
            if problems.isEmpty { return value }
        } catch let error as ResilientError where error.code == .configuration {
            for problem in error.problems {
                let field = fields[problem.path] ?? problem.path
                // The first word on a field is enough.
                guard !problems.contains(where: { $0.path == field }) else { continue }
                problems.append(ConfigurationProblem(path: field, message: problem.message))
            }
        }
        var error = ResilientError(.configuration, "config cannot be used", reachedServer: .no)
        error.problems = problems.map {
            ConfigurationProblem(path: $0.path.isEmpty ? "config" : "config.\($0.path)", message: $0.message)
        }
        throw error
    }
}
