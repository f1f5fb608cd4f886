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
        let complaint = Self.complaint(complaint, at: keys)
        return "\(path(keys)) is not valid" + (complaint.isEmpty ? "" : ": \(complaint)")
    }

    /// What is wrong with a value. Swift's own complaint about a raw value shows the value, so nothing is said about
    /// one that stands under a sensitive name.
    package static func complaint(_ complaint: String, at keys: [any CodingKey]) -> String {
        if keys.contains(where: { SensitiveNames.contains($0.stringValue) }) { return "" }
        return Redactor.standard.redact(Grammar.onOneLine(complaint))
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
