import Foundation
import ResilientHTTP

extension JSON {
    /// What a value of the library looks like as JSON, keys sorted, dates as Unix time.
    init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self = try JSONParser.line(Array(encoder.encode(value))).value.get()
    }

    /// A value of the library, decoded by its own rules.
    ///
    /// Throws a configuration error whose problems have their paths below `path`.
    func decode<Value: Decodable>(_ type: Value.Type, at path: String) throws -> Value {
        func refuse(_ problems: [ConfigurationProblem]) -> ResilientError {
            var error = ResilientError(.configuration, "\(path) cannot be used")
            error.problems = problems.map {
                ConfigurationProblem(path: $0.path.isEmpty ? path : "\(path).\($0.path)", message: $0.message)
            }
            return error
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as ResilientError {
            throw refuse(
                error.problems.isEmpty ? [ConfigurationProblem(path: "", message: error.message)] : error.problems
            )
        } catch DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.keyNotFound(_, let context)
        {
            let inner = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw refuse([ConfigurationProblem(path: inner, message: context.debugDescription)])
        } catch {
            throw refuse([ConfigurationProblem(path: "", message: "cannot be read")])
        }
    }
}
