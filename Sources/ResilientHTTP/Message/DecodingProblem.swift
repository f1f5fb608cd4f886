/// What a decoder complained about, with the path to it, on one line.
package struct DecodingProblem {
    package let text: String

    package init(_ error: any Error) {
        guard let error = error as? DecodingError else {
            text = "\(error)"
            return
        }
        switch error {
        case .keyNotFound(let key, let context):
            text = "\(Self.path(context.codingPath + [key])): missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            text = "\(Self.path(context.codingPath)): \(context.debugDescription)"
        @unknown default:
            text = "cannot be decoded"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        guard !keys.isEmpty else { return "the body" }
        return keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
