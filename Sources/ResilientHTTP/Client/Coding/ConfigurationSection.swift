/// A group of settings that is data: described once, by ``fields``, and from that one table decoded, encoded, checked
/// and read from the environment.
///
/// Absent keys keep their defaults, unknown keys are refused, and every problem is reported at once with its path.
package protocol ConfigurationSection: Codable, Sendable, Equatable, CustomReflectable {
    /// All settings at their defaults.
    init()
    /// The settings, in the order in which they are written.
    static var fields: [ConfigurationField<Self>] { get }
    /// What no single field can see: settings that contradict each other.
    var contradictions: [ConfigurationProblem] { get }
}

extension ConfigurationSection {
    package var contradictions: [ConfigurationProblem] { [] }

    /// Every problem of the section and of those inside it, with paths relative to this section.
    package var problems: [ConfigurationProblem] {
        Self.fields.flatMap { $0.check(self) } + contradictions
    }

    /// Throws one configuration error that lists every problem.
    package func validate(at path: String = "") throws {
        let problems = problems.map { $0.below(path) }
        guard problems.isEmpty else { throw ResilientError.configuration(problems) }
    }

    /// Reads a section; absent keys keep their defaults.
    ///
    /// Throws a configuration error that lists every unknown key, every value of a wrong kind and every value out of
    /// range, each with its path.
    public init(from decoder: any Decoder) throws {
        self.init()
        var problems: [ConfigurationProblem] = []
        let container: KeyedDecodingContainer<AnyKey>
        do {
            container = try decoder.container(keyedBy: AnyKey.self)
        } catch let error as DecodingError {
            throw ResilientError.configuration([error.problem(below: decoder.codingPath)])
        }
        let known = Self.fields.map(\.key)
        for key in container.allKeys.map(\.stringValue).sorted() where !known.contains(key) {
            problems.append(
                ConfigurationProblem(path: key, message: "unknown key; known are \(known.joined(separator: ", "))")
            )
        }
        for field in Self.fields where container.contains(AnyKey(field.key)) {
            do {
                try field.decode(&self, container)
            } catch let error as ResilientError where error.code == .configuration {
                problems += error.problems.map { $0.below(field.key) }
            } catch let error as DecodingError {
                problems.append(error.problem(below: container.codingPath))
            } catch {
                // Foundation throws an error of its own for numbers that do not fit.
                problems.append(ConfigurationProblem(path: field.key, message: "cannot be read"))
            }
        }
        for problem in self.problems where !problems.contains(problem) {
            problems.append(problem)
        }
        guard problems.isEmpty else { throw ResilientError.configuration(problems) }
    }

    /// Writes every setting, those at their defaults too, so that the output documents itself.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        for field in Self.fields {
            try field.encode(self, &container)
        }
    }
}

extension ConfigurationProblem {
    func below(_ parent: String) -> ConfigurationProblem {
        parent.isEmpty
            ? self : ConfigurationProblem(path: path.isEmpty ? parent : "\(parent).\(path)", message: message)
    }
}

extension DecodingError {
    /// What is wrong, without Swift's decoration, with its path below another one.
    func problem(below parent: [any CodingKey]) -> ConfigurationProblem {
        switch self {
        case .keyNotFound(let key, let context):
            let path = context.codingPath + [key]
            return ConfigurationProblem(path: Self.path(path, below: parent), message: "is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return ConfigurationProblem(
                path: Self.path(context.codingPath, below: parent),
                message: context.debugDescription
            )
        @unknown default:
            return ConfigurationProblem(path: "", message: "cannot be read")
        }
    }

    private static func path(_ keys: [any CodingKey], below parent: [any CodingKey]) -> String {
        let rest = Array(keys.dropFirst(parent.count))
        return rest.isEmpty ? "" : CodingProblem.path(rest)
    }
}
