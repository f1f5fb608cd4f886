/// What secrets look like that carry their own mark.
enum SecretShapes {
    /// The beginning of a kind of key, and how many more characters make it one.
    private struct Shape: Sendable {
        let prefix: [UInt8]
        /// The first three bytes, compared before the prefix is.
        let head: UInt32
        let rest: Int
        let bytes: ByteSet

        init(_ prefix: String, _ rest: Int = 6, _ bytes: ByteSet = SecretShapes.keyBytes) {
            self.prefix = Array(prefix.utf8)
            head = self.prefix.prefix(3).reduce(0) { $0 << 8 | UInt32($1) }
            self.rest = rest
            self.bytes = bytes
        }
    }

    private static let keyBytes = ByteSet(alphanumericsAnd: "-_")
    private static let dottedBytes = ByteSet(alphanumericsAnd: "-_.")

    /// By their first byte.
    private static let shapes: [[Shape]] = {
        var table = [[Shape]](repeating: [], count: 256)
        let marks = [
            "sk", "pk", "rk", "ghp", "gho", "ghu", "ghs", "ghr", "github_pat", "xoxa", "xoxb", "xoxe", "xoxp", "xoxr",
            "xoxs", "xapp", "hf", "gsk", "dop_v1", "doo_v1", "glpat", "npm", "pypi", "whsec", "shpat", "shpss", "AIza",
        ]
        let all =
            marks.flatMap { [Shape($0 + "-"), Shape($0 + "_")] } + [
                Shape("AIza", 20), Shape("AKIA", 12), Shape("ASIA", 12),
                Shape("ya29.", 6, dottedBytes), Shape("SG.", 16, dottedBytes),
            ]
        for shape in all { table[Int(shape.prefix[0])].append(shape) }
        return table
    }()

    /// The bytes that a shape begins with.
    static let starts = ByteSet(
        shapes.indices.filter { !shapes[$0].isEmpty }.map { UInt8($0) } + [webToken[0], armor[0]]
    )

    private static let webToken = Array("eyJ".utf8)
    private static let armor = Array("-----BEGIN ".utf8)
    private static let armorEnd = Array("-----END ".utf8)
    private static let privateKey = Array("PRIVATE KEY".utf8)

    /// The end of a secret that begins at a place; nil when none does.
    static func end(in input: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start + 2 < input.count else { return nil }
        let first = input[start]
        let head = UInt32(first) << 16 | UInt32(input[start + 1]) << 8 | UInt32(input[start + 2])
        for shape in shapes[Int(first)] where shape.head == head && stands(shape.prefix, in: input, at: start) {
            let least = start + shape.prefix.count + shape.rest
            // No further than is needed to tell: the rest is read when it is skipped.
            guard least <= input.count, input[(least - shape.rest)..<least].allSatisfy(shape.bytes.contains) else {
                continue
            }
            return end(of: shape.bytes, in: input, from: least)
        }
        if first == UInt8(ascii: "-"), stands(armor, in: input, at: start) { return armorEnd(input, start) }
        return nil
    }

    /// The end of a JSON web token (RFC 7519): a header and something behind a dot. `searched` is up to where it is
    /// known that no header has anything behind it, so that a long row of beginnings is read once.
    static func webTokenEnd(
        in input: UnsafeBufferPointer<UInt8>,
        from start: Int,
        searched: inout Int
    ) -> Int? {
        guard start >= searched, input[start] == webToken[0], stands(webToken, in: input, at: start) else { return nil }
        let header = end(of: keyBytes, in: input, from: start)
        guard header + 1 < input.count, input[header] == UInt8(ascii: "."), dottedBytes.contains(input[header + 1])
        else {
            searched = header
            return nil
        }
        return header - start >= 11 ? end(of: dottedBytes, in: input, from: header) : nil
    }

    /// A private key between its lines (RFC 7468), or all of the rest when the last line is not there.
    private static func armorEnd(_ input: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        let (label, most) = (start + armor.count, min(input.count - privateKey.count, start + 64))
        var name = label
        while name < most, input[name] != UInt8(ascii: "-"), !stands(privateKey, in: input, at: name) { name += 1 }
        guard name < most, input[name] != UInt8(ascii: "-") else { return nil }
        var place = start + armor.count
        while place < input.count {
            if input[place] == armorEnd[0], stands(armorEnd, in: input, at: place) {
                place += armorEnd.count
                while place < input.count, input[place] != 0x0A, input[place] != 0x0D { place += 1 }
                return place
            }
            place += 1
        }
        return input.count
    }

    private static func end(of bytes: ByteSet, in input: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        while end < input.count, bytes.contains(input[end]) { end += 1 }
        return end
    }

    private static func stands(_ text: [UInt8], in input: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        guard place + text.count <= input.count else { return false }
        for index in text.indices where input[place + index] != text[index] { return false }
        return true
    }
}
