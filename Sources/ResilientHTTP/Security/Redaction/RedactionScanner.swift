/// Finds secrets in a text in one pass over its bytes.
///
/// The plan: bytes are read as names (letters, digits, `-`, `_`, `.`), as what may stand behind a name (quotes, brackets,
/// blanks), as separators (`:` and `=`), or as anything else. A separator behind a telling name begins a secret, which
/// is skipped to its end; so are shapes of secrets at the beginning of a name, credentials behind the name of their
/// scheme, and user info before an `@`. Percent-encoded bytes are read as what they stand for, so that a URL inside a
/// URL has no hiding places.
///
/// Each byte is looked at a bounded number of times, whatever the text: whoever chooses it cannot make that expensive.
/// Where the end of a secret cannot be found, the rest of the text is one.
struct RedactionScanner {
    let input: UnsafeBufferPointer<UInt8>
    /// Whether the text is a URL, in which only `&` and `#` end a value.
    let isURL: Bool
    private let kinds: UnsafeBufferPointer<TextByte>
    private let shapeStarts = SecretShapes.starts
    var position = 0

    /// What is to be replaced by the mark, or left out, in order.
    private var findings: [Finding] = []

    private var name: NameReader
    private var nameStart = 0
    private var nameEnd = 0
    private var isReading = false
    /// How the last name reads that has ended, as long as a separator may follow.
    private var look: NameReader.Look?
    /// How the name before a bracket read: `token[0]=…` is the token's.
    private var outerLook = NameReader.Look.ordinary
    private var isInQuery = false
    /// A bracket has closed since the name: `[auth]: …` is the beginning of a message.
    private var isBracketed = false
    /// Where the run began that may turn out to be `user:password@`, and the colon in it.
    private var runStart = 0
    private var runColon = -1
    /// Up to here no `@` is left in the word.
    var searchedForAt = 0
    /// Up to here no web token can begin: what would be its header has nothing behind it.
    var searchedForToken = 0

    private init(
        _ input: UnsafeBufferPointer<UInt8>,
        isURL: Bool,
        kinds: UnsafeBufferPointer<TextByte>,
        parts: SecretParts.Steps
    ) {
        self.input = input
        self.isURL = isURL
        self.kinds = kinds
        name = NameReader(parts)
    }

    /// The secrets in a text, in order.
    static func findings(in input: UnsafeBufferPointer<UInt8>, isURL: Bool) -> [Finding] {
        TextByte.kinds.withUnsafeBufferPointer { kinds in
            SecretParts.table.withSteps { parts in
                var scanner = RedactionScanner(input, isURL: isURL, kinds: kinds, parts: parts)
                while scanner.position < input.count { scanner.step() }
                return scanner.findings
            }
        }
    }

    private mutating func step() {
        var (byte, width) = (input[position], 1)
        if byte == UInt8(ascii: "%"), let decoded = Self.decoded(input, position) { (byte, width) = (decoded, 3) }
        switch kind(byte) {
        case .name:
            if width == 1 { return readName() }
            if !isReading { begin() }
            name.read(byte)
            position += width
            nameEnd = position
        case .blank:
            if isReading, let word = name.onlyWord, skipCredentials(after: word) { return }
            endName()
            isInQuery = false
            position += width
            beginRun()
        case .quote:
            endName()
            isInQuery = false
            isBracketed = false
            position += width
            beginRun()
        case .bracket:
            endName()
            if byte == UInt8(ascii: "["), let look, look != .ordinary { outerLook = look }
            isBracketed = true
            position += width
        case .separator:
            separator(byte, width)
        case .at:
            userInfo(width)
        case .other:
            other(byte, width)
        }
    }

    // MARK: Names

    private mutating func begin() {
        // After one blank the parts of a name go on: `API key`.
        name.begin(continuing: position == nameEnd + 1 && position > 0 && input[position - 1] == UInt8(ascii: " "))
        nameStart = position
        isBracketed = false
        isReading = true
    }

    /// Reads a name to its end, or to a secret that begins in it: at the start or behind a separator.
    private mutating func readName() {
        if !isReading { begin() }
        var (reader, place, isStart) = (name, position, true)
        while place < input.count {
            let byte = input[place]
            guard kinds[Int(byte)] == .name else { break }
            if isStart, shapeStarts.contains(byte) {
                position = place
                if skipShape() { return }
            }
            reader.read(byte)
            isStart = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            place += 1
        }
        (name, position, nameEnd) = (reader, place, place)
    }

    private mutating func endName() {
        guard isReading else { return }
        isReading = false
        look = name.end()
    }

    /// Forgets the name: what comes now is not under it.
    mutating func forget() {
        isReading = false
        (look, outerLook) = (nil, .ordinary)
    }

    private mutating func separator(_ byte: UInt8, _ width: Int) {
        endName()
        if byte == UInt8(ascii: ":"), width == 1, skipAuthority() { return }
        let isAssignment = byte == UInt8(ascii: "=")
        let (kind, isQuery) = (isBracketed && !isAssignment ? nil : secretKind(), isInQuery)
        if runColon < 0, !isAssignment { runColon = position }
        position += width
        if isAssignment { beginRun() }
        isInQuery = false
        forget()
        guard let kind else { return }
        skipValue(kind, isAssigned: isAssignment, isEncoded: width == 3, isQuery: isQuery)
        beginRun()
    }

    /// What comes now may be the beginning of `user:password@`.
    mutating func beginRun() {
        runStart = position
        runColon = -1
    }

    /// What stands under the name before a separator, if it is a secret.
    private func secretKind() -> SecretKind? {
        guard let look, look != .ordinary || outerLook != .ordinary else { return nil }
        let name = UnsafeBufferPointer(rebasing: input[nameStart..<nameEnd])
        switch outerLook == .ordinary ? look : outerLook {
        case .ordinary:
            return nil
        case .short:
            return isInQuery ? .value : nil
        case .telling:
            guard outerLook == .ordinary else { return .value }
            return switch SensitiveNames.value(of: name) {
            case .harmless: nil
            case .count: .count
            case .wholeLine: .line
            case .challenge, nil: .value
            }
        }
    }

    /// What the secret under a name looks like.
    enum SecretKind {
        /// One value.
        case value
        /// A value that is none when it is a number.
        case count
        /// Everything to the end of the line.
        case line
    }

    private mutating func other(_ byte: UInt8, _ width: Int) {
        endName()
        forget()
        isInQuery = byte == UInt8(ascii: "?") || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "#")
        position += width
        beginRun()
    }

    // MARK: User info

    /// `user:password@` without a scheme, as proxies are written.
    private mutating func userInfo(_ width: Int) {
        endName()
        forget()
        if runColon >= runStart, runColon + 1 < position { redact(from: max(runStart, findings.last?.end ?? 0)) }
        position += width
        beginRun()
    }

    // MARK: Findings

    /// Puts the mark where a secret stands, from `start` to the position, which is behind it.
    mutating func redact(from start: Int) {
        findings.append(Finding(start: start, end: position, isMarked: true))
    }

    /// Leaves out what stands from `start` to the position.
    mutating func drop(from start: Int) {
        findings.append(Finding(start: start, end: position, isMarked: false))
    }

    // MARK: Bytes

    func kind(_ byte: UInt8) -> TextByte { kinds[Int(byte)] }

    func isBlank(_ byte: UInt8) -> Bool { kinds[Int(byte)] == .blank }

    /// The byte that three bytes stand for, if they are a percent-encoded one of ASCII.
    static func decoded(_ input: UnsafeBufferPointer<UInt8>, _ position: Int) -> UInt8? {
        guard position + 2 < input.count, let high = hex(input[position + 1]), let low = hex(input[position + 2]),
            high < 8
        else { return nil }
        return high << 4 | low
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
