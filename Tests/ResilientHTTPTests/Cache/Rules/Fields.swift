@testable import ResilientHTTP

extension HeaderFields {
    /// Lines of text, such as `Cache-Control: max-age=1`; what is no line is left out.
    init(lines: String...) {
        self.init(
            lines.compactMap { line in
                guard let colon = line.firstIndex(of: ":"), let name = Name(line[..<colon]) else { return nil }
                let value = line[line.index(after: colon)...].trimmingOptionalWhitespace
                return Field(name: name, value: String(value))
            }
        )
    }
}
