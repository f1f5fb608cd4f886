import Foundation

/// The results for a program: one JSON document, keys in snake_case and sorted.
struct JSONReport {
    let text: String

    init(_ report: Report) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        text = String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    }
}
