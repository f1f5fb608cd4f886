import Foundation
import ResilientHTTP

/// What can be configured, as JSON with every key: the complete output is also a valid input.
enum Schema {
    /// The recommended configuration.
    static func configuration() throws -> Data {
        try text(Configuration.recommended)
    }

    /// The request options, all at their defaults.
    static func options() throws -> Data {
        try text(RequestOptions())
    }

    private static func text(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }
}
