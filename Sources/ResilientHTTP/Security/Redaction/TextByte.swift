/// How a byte of a text is read while secrets are looked for.
enum TextByte: UInt8 {
    /// Part of a name.
    case name
    /// White space.
    case blank
    /// A quote or a backslash, which may stand between a name and its separator.
    case quote
    /// A square bracket: `user[password]=…`.
    case bracket
    /// `:` or `=`.
    case separator
    /// `@`.
    case at
    /// Anything else.
    case other

    static let kinds: [TextByte] = (UInt8.min...UInt8.max).map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            .name
        case 0x09...0x0D, 0x20: .blank
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): .quote
        case UInt8(ascii: "["), UInt8(ascii: "]"): .bracket
        case UInt8(ascii: ":"), UInt8(ascii: "="): .separator
        case UInt8(ascii: "@"): .at
        default: .other
        }
    }
}
