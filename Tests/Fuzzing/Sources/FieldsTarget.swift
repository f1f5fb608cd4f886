import Foundation

/// The input up to the first NUL is a name, the rest a value: what passes the rules is one field line that is read
/// back the same, and what does not pass breaks the grammar of RFC 9110, told here a second time.
@Sendable
func fuzzFields(_ input: UnsafeBufferPointer<UInt8>) {
    let cut = input.firstIndex(of: 0) ?? input.count
    let nameText = String(decoding: input[..<cut], as: UTF8.self)
    let value = String(decoding: input[cut...].dropFirst(), as: UTF8.self)

    let name = HeaderFields.Name(nameText)
    require((name != nil) == isToken(nameText), "a name is not judged by its grammar")
    require(Grammar.isFieldValue(value) == isFieldValue(value), "a value is not judged by its grammar")
    checkTexts(value)

    var problems: [String] = []
    let method = ClientRequest(method: .init(rawValue: nameText), url: url)
    MessageRules.check(method, maxHeaderBytes: .max, into: &problems)
    require(!problems.isEmpty || isToken(nameText), "a method passes that is no token")

    guard let name else { return }
    require(Grammar.isToken(name.canonicalName), "a name in lower case is no token")
    require(HeaderFields.Name(nameText.uppercased()) == name, "case tells two names apart")
    checkList(name, value)

    problems = []
    MessageRules.check(ClientRequest(url: url, headers: [name: value]), maxHeaderBytes: .max, into: &problems)
    guard problems.isEmpty else { return }
    let line = Array("\(name): \(value)\r\n".utf8)
    require(line.filter { $0 == 0x0D || $0 == 0x0A }.count == 2, "a field is more than one line")
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? 0
    require(line[..<colon].elementsEqual(nameText.utf8), "a name is not read as it was written")
    let rest = String(decoding: line[(colon + 1)...].dropLast(2), as: UTF8.self)
    require(rest.trimmingOptionalWhitespace == value, "a value is not read as it was written")
}

private let url = URL(filePath: "/")

private func isToken(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
        }
}

private func isFieldValue(_ text: String) -> Bool {
    let isBad = text.utf8.contains { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }
    let ends = [text.utf8.first, text.utf8.last]
    return !isBad && !ends.contains(0x20) && !ends.contains(0x09)
}

private func checkTexts(_ value: String) {
    let trimmed = value.trimmingOptionalWhitespace
    require(![0x20, 0x09].contains(trimmed.utf8.first), "white space is left in front")
    require(![0x20, 0x09].contains(trimmed.utf8.last), "white space is left behind")
    require(trimmed.trimmingOptionalWhitespace == trimmed, "trimming twice is not trimming once")
    let line = Grammar.onOneLine(value)
    require(
        !line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x2028 },
        "a line breaks"
    )
    require(Grammar.lowercased(Grammar.uppercased(value)) == Grammar.lowercased(value), "case is not only case")
    let type = EventStreamAnswer.isEventStream(value)
    require(type == EventStreamAnswer.isEventStream(value + ";"), "a parameter changes the content type")
    require(type == EventStreamAnswer.isEventStream(Grammar.uppercased(value)), "case changes the content type")
}

/// Setting, adding and removing by a name in any case.
private func checkList(_ name: HeaderFields.Name, _ value: String) {
    var fields: HeaderFields = [.accept: "*/*", name: "first", name: "second"]
    let others = fields.count - fields[values: name].count
    fields[name] = value
    require(fields[values: name] == [value], "setting does not replace")
    fields.append(value, for: name)
    require(fields[values: name] == [value, value], "appending does not add")
    fields[name] = nil
    require(!fields.contains(name) && fields.count == others, "removing removes something else")
}
