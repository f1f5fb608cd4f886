/// Secrets that are known by what they look like.
extension RedactionScanner {
    /// Skips a secret that begins at the position, if its first bytes are those of a vendor's keys, a JSON web token or
    /// a private key.
    mutating func skipShape() -> Bool {
        guard
            let end = SecretShapes.end(in: input, from: position)
                ?? SecretShapes.webTokenEnd(in: input, from: position, searched: &searchedForToken)
        else { return false }
        let start = position
        position = end
        redact(from: start)
        forget()
        return true
    }

    /// Skips the credentials behind the name of an authorization scheme.
    mutating func skipCredentials(after word: (letters: UInt64, count: Int)) -> Bool {
        guard let certainty = AuthorizationScheme.isNamed(word) else { return false }
        var start = position
        while start < input.count, isBlank(input[start]) { start += 1 }
        var end = start
        while end < input.count, Self.credentialBytes.contains(input[end]) { end += 1 }
        guard AuthorizationScheme.isCredential(UnsafeBufferPointer(rebasing: input[start..<end]), certainty) else {
            return false
        }
        position = end
        redact(from: start)
        forget()
        return true
    }

    /// RFC 9110 §11.2's `token68`, and the separators that vendors add.
    private static let credentialBytes = ByteSet(alphanumericsAnd: "._~+/=:|-")

    /// Leaves out the user info behind `://`, to the last `@` of the authority.
    mutating func skipAuthority() -> Bool {
        guard position + 2 < input.count, input[position + 1] == UInt8(ascii: "/"),
            input[position + 2] == UInt8(ascii: "/")
        else { return false }
        forget()
        position += 3
        let start = position
        var (end, at, colon) = (start, -1, -1)
        while end < input.count, isInAuthority(input[end]) {
            if input[end] == UInt8(ascii: "@") { at = end }
            if input[end] == UInt8(ascii: ":"), colon < 0 { colon = end }
            end += 1
        }
        // A password may hold what should have been encoded: then no port stands behind the colon.
        if at < 0, colon >= 0, end > searchedForAt, input[(colon + 1)..<end].contains(where: { !Self.isDigit($0) }) {
            while end < input.count, !isBlank(input[end]), input[end] != UInt8(ascii: "\"") {
                if input[end] == UInt8(ascii: "@") { at = end }
                end += 1
            }
            searchedForAt = end
        }
        if at >= 0 {
            position = at + 1
            drop(from: start)
        }
        beginRun()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private func isInAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        default: !isBlank(byte)
        }
    }
}
