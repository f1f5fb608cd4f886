extension StringProtocol {
    /// The text without the optional white space, spaces and tabs, that may surround a field value (RFC 9110 §5.6.3).
    package var trimmingOptionalWhitespace: SubSequence {
        var start: Index?
        var end = endIndex
        for index in utf8.indices where utf8[index] != UInt8(ascii: " ") && utf8[index] != UInt8(ascii: "\t") {
            start = start ?? index
            end = utf8.index(after: index)
        }
        return self[(start ?? end)..<end]
    }
}
