/// One setting of a section: its key, how it is read and written, and what values it may have.
package struct ConfigurationField<Section>: Sendable {
    package typealias Decode = @Sendable (inout Section, KeyedDecodingContainer<AnyKey>) throws -> Void
    package typealias Encode = @Sendable (Section, inout KeyedEncodingContainer<AnyKey>) throws -> Void
    package typealias Check = @Sendable (Section) -> [ConfigurationProblem]

    package let key: String
    /// The setting's value, for reflection.
    package let value: @Sendable (Section) -> Any
    package let decode: Decode
    package let encode: Encode
    package let check: Check
    /// The paths of the settings below this one, itself included; what the environment may set.
    package let paths: [[String]]

    private init(
        _ key: String,
        paths: [[String]]? = nil,
        value: @escaping @Sendable (Section) -> Any,
        decode: @escaping Decode,
        encode: @escaping Encode,
        check: @escaping Check = { _ in [] }
    ) {
        self.key = key
        self.value = value
        self.paths = paths ?? [[key]]
        self.decode = decode
        self.encode = encode
        self.check = check
    }
}

// MARK: - Values

extension ConfigurationField {
    package typealias Path<Value> = any WritableKeyPath<Section, Value> & Sendable

    /// A backoff, which names its own problems.
    package static func backoff(_ key: String, _ path: Path<Backoff>) -> Self {
        backoff(value(key, path)) { $0[keyPath: path] }
    }

    /// A backoff, or none.
    package static func optionalBackoff(_ key: String, _ path: Path<Backoff?>) -> Self {
        backoff(optional(key, path)) { $0[keyPath: path] }
    }

    private static func backoff(_ plain: Self, _ value: @escaping @Sendable (Section) -> Backoff?) -> Self {
        let paths = [[plain.key]] + Backoff.keys.map { [plain.key, $0] }
        return Self(plain.key, paths: paths, value: plain.value, decode: plain.decode, encode: plain.encode) {
            section in
            (value(section)?.problems ?? []).map {
                ConfigurationProblem(path: "\(plain.key).\($0.path)", message: $0.message)
            }
        }
    }

    /// Any value that is Codable by itself. `problem` says what is wrong with a value, nil for nothing.
    package static func value<Value: Codable & Sendable>(
        _ key: String,
        _ path: Path<Value>,
        problem: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) -> Self {
        Self(key, value: { $0[keyPath: path] }) { section, container in
            section[keyPath: path] = try container.decode(Value.self, forKey: AnyKey(key))
        } encode: { section, container in
            try container.encode(section[keyPath: path], forKey: AnyKey(key))
        } check: { section in
            problem(section[keyPath: path]).map { [ConfigurationProblem(path: key, message: $0)] } ?? []
        }
    }

    /// A value that may be absent; JSON's null turns it off.
    package static func optional<Value: Codable & Sendable>(
        _ key: String,
        _ path: Path<Value?>,
        problem: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) -> Self {
        Self(key, value: { $0[keyPath: path] as Any }) { section, container in
            section[keyPath: path] = try container.decodeIfPresent(Value.self, forKey: AnyKey(key))
        } encode: { section, container in
            try container.encode(section[keyPath: path], forKey: AnyKey(key))
        } check: { section in
            section[keyPath: path].flatMap(problem).map { [ConfigurationProblem(path: key, message: $0)] } ?? []
        }
    }

    /// A number in a range.
    package static func number<Value: Codable & Comparable & Sendable>(
        _ key: String,
        _ path: Path<Value>,
        in range: ClosedRange<Value>
    ) -> Self {
        value(key, path) { number in
            range.contains(number)
                ? nil : "\(number) is out of range: expected \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// A number in a range, or none.
    package static func optionalNumber<Value: Codable & Comparable & Sendable>(
        _ key: String,
        _ path: Path<Value?>,
        in range: ClosedRange<Value>
    ) -> Self {
        optional(key, path) { number in
            range.contains(number)
                ? nil : "\(number) is out of range: expected \(range.lowerBound) to \(range.upperBound)"
        }
    }
}

// MARK: - Durations, in decimal seconds

extension ConfigurationField {
    /// A duration; negative is refused, and zero too unless it means something.
    package static func duration(_ key: String, _ path: Path<Duration>, allowsZero: Bool = false) -> Self {
        Self(key, value: { $0[keyPath: path] }) { section, container in
            section[keyPath: path] = try readDuration(container, key)
        } encode: { section, container in
            try container.encode(section[keyPath: path].decimalSeconds, forKey: AnyKey(key))
        } check: { section in
            checkDuration(key, section[keyPath: path], allowsZero: allowsZero)
        }
    }

    /// A duration, or none.
    package static func optionalDuration(_ key: String, _ path: Path<Duration?>, allowsZero: Bool = false) -> Self {
        Self(key, value: { $0[keyPath: path] as Any }) { section, container in
            let isNull = try container.decodeNil(forKey: AnyKey(key))
            section[keyPath: path] = isNull ? nil : try readDuration(container, key)
        } encode: { section, container in
            try container.encode(section[keyPath: path]?.decimalSeconds, forKey: AnyKey(key))
        } check: { section in
            section[keyPath: path].map { checkDuration(key, $0, allowsZero: allowsZero) } ?? []
        }
    }

    /// Durations under names that the user chooses.
    package static func durations(
        _ key: String,
        _ path: Path<[String: Duration]>,
        allowsZero: Bool = false
    ) -> Self {
        Self(key, value: { $0[keyPath: path] }) { section, container in
            let inner = try container.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey(key))
            section[keyPath: path] = try inner.allKeys.reduce(into: [:]) { durations, name in
                durations[name.stringValue] = try readDuration(inner, name.stringValue)
            }
        } encode: { section, container in
            var inner = container.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey(key))
            for (name, duration) in section[keyPath: path] {
                try inner.encode(duration.decimalSeconds, forKey: AnyKey(name))
            }
        } check: { section in
            section[keyPath: path].sorted { $0.key < $1.key }.flatMap { name, duration in
                checkDuration("\(key).\(name)", duration, allowsZero: allowsZero)
            }
        }
    }

    private static func readDuration(_ container: KeyedDecodingContainer<AnyKey>, _ key: String) throws -> Duration {
        guard let seconds = try? container.decode(Double.self, forKey: AnyKey(key)),
            let duration = Duration(decimalSeconds: seconds)
        else {
            throw DecodingError.dataCorruptedError(
                forKey: AnyKey(key),
                in: container,
                debugDescription: "expected a number of seconds, such as 0.5"
            )
        }
        return duration
    }

    private static func checkDuration(_ key: String, _ value: Duration, allowsZero: Bool) -> [ConfigurationProblem] {
        if value > .zero || allowsZero && value == .zero { return [] }
        let expected = allowsZero ? "zero or more seconds" : "more than zero seconds"
        return [
            ConfigurationProblem(path: key, message: "\(value.decimalSeconds) is out of range: expected \(expected)")
        ]
    }
}

// MARK: - Sections

extension ConfigurationField {
    /// A section inside this one.
    package static func section<Inner: ConfigurationSection>(_ key: String, _ path: Path<Inner>) -> Self {
        Self(key, paths: Inner.fields.flatMap(\.paths).map { [key] + $0 }, value: { $0[keyPath: path] }) {
            section,
            container in
            section[keyPath: path] = try container.decode(Inner.self, forKey: AnyKey(key))
        } encode: { section, container in
            try container.encode(section[keyPath: path], forKey: AnyKey(key))
        } check: { section in
            section[keyPath: path].problems.map { $0.below(key) }
        }
    }

    /// A section that is on or off: an object or true turns it on, null or false off.
    package static func optionalSection<Inner: ConfigurationSection>(
        _ key: String,
        _ path: Path<Inner?>,
        on: Inner = Inner()
    ) -> Self {
        let paths = [[key]] + Inner.fields.flatMap(\.paths).map { [key] + $0 }
        return Self(key, paths: paths, value: { $0[keyPath: path] as Any }) { section, container in
            if let isOn = try? container.decode(Bool.self, forKey: AnyKey(key)) {
                section[keyPath: path] = isOn ? on : nil
            } else {
                section[keyPath: path] = try container.decodeIfPresent(Inner.self, forKey: AnyKey(key))
            }
        } encode: { section, container in
            try container.encode(section[keyPath: path], forKey: AnyKey(key))
        } check: { section in
            section[keyPath: path]?.problems.map { $0.below(key) } ?? []
        }
    }
}

// MARK: - Sections by name

extension ConfigurationField {
    /// Sections of one kind under names that the user or a vendor chooses.
    package static func sections<Name, Inner: ConfigurationSection>(
        _ key: String,
        _ path: Path<[Name: Inner]>
    ) -> Self where Name: RawRepresentable<String> & Sendable {
        Self(key, value: { $0[keyPath: path] }) { section, container in
            let inner = try container.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey(key))
            var values: [Name: Inner] = [:]
            var problems: [ConfigurationProblem] = []
            for name in inner.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
                guard let typed = Name(rawValue: name.stringValue) else {
                    problems.append(ConfigurationProblem(path: name.stringValue, message: "unknown name"))
                    continue
                }
                do {
                    values[typed] = try inner.decode(Inner.self, forKey: name)
                } catch let error as ResilientError where error.code == .configuration {
                    problems += error.problems.map { $0.below(name.stringValue) }
                } catch let error as DecodingError {
                    problems.append(error.problem(below: inner.codingPath))
                }
            }
            guard problems.isEmpty else { throw ResilientError.configuration(problems) }
            section[keyPath: path] = values
        } encode: { section, container in
            var inner = container.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey(key))
            for (name, value) in section[keyPath: path] {
                try inner.encode(value, forKey: AnyKey(name.rawValue))
            }
        } check: { section in
            section[keyPath: path].sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { name, value in
                value.problems.map { $0.below("\(key).\(name.rawValue)") }
            }
        }
    }
}
