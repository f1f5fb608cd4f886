/// What a decoder or encoder complained about, with the path to it, on one line and without secrets.
package struct CodingProblem {
    package let text: String

    package init(_ error: any Error) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            text = "\(Self.path(context.codingPath + [key])) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            text = Self.text(context.codingPath, context.debugDescription)
        case EncodingError.invalidValue(_, let context):
            // The value itself may be, or hold, anything.
            text = Self.text(context.codingPath, context.debugDescription)
        default:
            text = Redactor.standard.redact(Grammar.onOneLine("\(error)"))
        }
    }

    private static func text(_ keys: [any CodingKey], _ complaint: String) -> String {
        // Swift's own complaint about a raw value shows the value.
        if keys.contains(where: { SensitiveNames.contains($0.stringValue) }) { return "\(path(keys)) is not valid" }
        return "\(path(keys)) is not valid: \(Redactor.standard.redact(Grammar.onOneLine(complaint)))"
    }

    /// `items[0].name`, or "the body" for the top.
    package static func path(_ keys: [any CodingKey]) -> String {
        guard !keys.isEmpty else { return "the body" }
        return keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += (path.isEmpty ? "" : ".") + Grammar.onOneLine(key.stringValue)
            }
        }
    }
}
