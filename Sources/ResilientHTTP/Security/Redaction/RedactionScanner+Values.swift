/// Where a secret ends.
extension RedactionScanner {
    /// Skips the value behind a separator. What cannot be understood is skipped to where it must end.
    mutating func skipValue(_ kind: SecretKind, isAssigned: Bool, isEncoded: Bool, isQuery: Bool) {
        if isURL { return skip(.urlValue, encodedEnd: isEncoded) }
        if isQuery || isEncoded { return skip(.queryValue, encodedEnd: isEncoded) }
        // `=> "x"`, `:= x`, and the line that a header field may go on in.
        while position < input.count, isBeforeValue(at: position) { position += 1 }
        guard position < input.count else { return }
        var backslashes = 0
        while position + backslashes < input.count, input[position + backslashes] == UInt8(ascii: "\\") {
            backslashes += 1
        }
        let first = position + backslashes < input.count ? input[position + backslashes] : 0
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            position += backslashes + 1
            skipQuoted(first, backslashes)
        } else if kind == .line {
            skip(.line, encodedEnd: false)
        } else if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
            skipNested()
        } else {
            skipWord(kind, isAssigned: isAssigned)
        }
    }

    private func isBeforeValue(at place: Int) -> Bool {
        switch input[place] {
        case UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: ":"): return true
        case 0x0A, 0x0D:
            // The next line belongs to a field when it begins with a blank (RFC 9112 §5.2).
            return place + 1 < input.count && isBlank(input[place + 1])
        default: return isBlank(input[place])
        }
    }

    /// How far a secret goes that has no quotes and no brackets.
    private enum Extent {
        case line
        case urlValue
        case queryValue
    }

    private func belongs(_ byte: UInt8, to extent: Extent) -> Bool {
        switch extent {
        case .line: return byte != 0x0A && byte != 0x0D
        case .urlValue: return byte != UInt8(ascii: "&") && byte != UInt8(ascii: "#")
        case .queryValue:
            switch byte {
            case UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"):
                return false
            default:
                return !isBlank(byte)
            }
        }
    }

    private func isInWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "&"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "}"), UInt8(ascii: "]"):
            false
        default:
            !isBlank(byte)
        }
    }

    /// Skips as long as bytes belong to the secret; in a URL that is inside of another one, to an encoded `&`, too.
    private mutating func skip(_ extent: Extent, encodedEnd: Bool) {
        let start = position
        while position < input.count, belongs(input[position], to: extent) {
            if encodedEnd, input[position] == UInt8(ascii: "%"),
                Self.decoded(input, position) == UInt8(ascii: "&")
            {
                break
            }
            position += 1
        }
        if position > start { redact(from: start) }
    }

    /// Skips to the closing quote, which has as many backslashes as the opening one: a JSON text may stand in another.
    private mutating func skipQuoted(_ quote: UInt8, _ depth: Int) {
        let start = position
        var backslashes = 0
        while position < input.count {
            let byte = input[position]
            if byte == quote, depth == 0 ? backslashes.isMultiple(of: 2) : backslashes <= depth { break }
            backslashes = byte == UInt8(ascii: "\\") ? backslashes + 1 : 0
            position += 1
        }
        // Without a closing quote all of the rest is the secret.
        let end = position
        position = position < input.count ? max(start, position - min(depth, backslashes)) : position
        redact(from: start)
        position = min(input.count, end + 1)
    }

    /// Skips an array or an object to its closing bracket.
    private mutating func skipNested() {
        let start = position
        var (depth, quote, isEscaped) = (0, UInt8(0), false)
        repeat {
            let byte = input[position]
            position += 1
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
                depth -= 1
            }
        } while depth > 0 && position < input.count
        redact(from: start)
    }

    private mutating func skipWord(_ kind: SecretKind, isAssigned: Bool) {
        let start = position
        skipWord()
        let word = UnsafeBufferPointer(rebasing: input[start..<position])
        // `password: is wrong` and `token: 5` are about a secret and show none.
        guard word.count >= (isAssigned ? 1 : 4) else { return }
        if kind == .count, word.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) { return }
        if AuthorizationScheme.isName(word) {
            // The scheme is none, what comes behind it is.
            while position < input.count, isBlank(input[position]) { position += 1 }
            skipWord()
        }
        redact(from: start)
    }

    /// A quote ends a word that did not begin with one only where the word cannot go on.
    private mutating func skipWord() {
        while position < input.count {
            if !isInWord(input[position]) {
                let isQuote = input[position] == UInt8(ascii: "\"") || input[position] == UInt8(ascii: "'")
                guard isQuote, position + 1 < input.count, kind(input[position + 1]) == .name else { return }
            }
            position += 1
        }
    }
}
