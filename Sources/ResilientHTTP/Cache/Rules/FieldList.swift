/// Takes apart fields whose value is a list (RFC 9110 §5.6.1): at commas outside of quoted strings.
enum FieldList {
    /// The members of one field line, without white space around them; empty ones are left out.
    ///
    /// A quotation mark that is never closed is an ordinary character: what follows it must not disappear.
    static func members(_ text: String) -> [Substring] {
        var members: [Substring] = []
        var isClosed = true
        var start = text.startIndex
        var index = start
        func add(upTo end: String.Index) {
            let member = text[start..<end].trimmingOptionalWhitespace
            if !member.isEmpty { members.append(member) }
        }
        while index < text.endIndex {
            let byte = text.utf8[index]
            if byte == UInt8(ascii: "\""), isClosed {
                if let end = endOfQuoted(text, from: index) {
                    index = end
                    continue
                }
                isClosed = false
            }
            if byte == UInt8(ascii: ",") {
                add(upTo: index)
                start = text.utf8.index(after: index)
            }
            index = text.utf8.index(after: index)
        }
        add(upTo: index)
        return members
    }

    /// The members of all lines of a field.
    static func members(_ name: HeaderFields.Name, of headers: HeaderFields) -> [Substring] {
        headers.lazy.filter { $0.name == name }.flatMap { members($0.value) }
    }

    /// What stands in a quoted string, or the text itself when it is none; nil for a string that is followed by more.
    static func unquoted(_ text: Substring) -> String? {
        guard text.utf8.first == UInt8(ascii: "\"") else { return String(text) }
        guard text.utf8.count >= 2, endOfQuoted(text, from: text.startIndex) == text.endIndex else { return nil }
        var isEscaped = false
        return text.dropFirst().dropLast().reduce(into: "") { result, character in
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                isEscaped = false
                result.append(character)
            }
        }
    }

    /// The place after the quoted string that begins at `start`; nil when it has no end.
    private static func endOfQuoted(_ text: some StringProtocol, from start: String.Index) -> String.Index? {
        let bytes = text.utf8
        var index = bytes.index(after: start)
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                return bytes.index(after: index)
            case UInt8(ascii: "\\"):
                index = bytes.index(after: index)
                if index == bytes.endIndex { return nil }
            default:
                break
            }
            index = bytes.index(after: index)
        }
        return nil
    }
}
