/// The fields of the event that is arriving (WHATWG HTML §9.2.6), from one blank line to the next.
struct EventBlock: Sendable {
    /// The `id` field; it counts once the block is complete.
    private(set) var id: String?
    /// The `retry` field.
    private(set) var retry: Duration?
    private var type: String?
    /// The values of the data fields, each with a line feed behind it.
    private var data: [UInt8] = []
    /// The bytes of type and id as they came.
    private var typeBytes = 0
    private var idBytes = 0
    /// The type before, kept because streams repeat a few long ones and each would be an allocation.
    private var previousType = ""
    private var previousBytes: [UInt8] = []

    /// What is bounded: the bytes of the values, without the line feed that no line follows yet.
    private var size: Int { max(0, data.count - 1) + typeBytes + idBytes }

    /// Takes a line that is not blank. Returns false when the block would then be larger than the limit.
    mutating func take(_ line: UnsafeBufferPointer<UInt8>, limit: Int) -> Bool {
        switch line.first {
        case UInt8(ascii: "d"):
            guard let value = Self.value(of: "data", in: line) else { return true }
            data.append(contentsOf: value)
            data.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "e"):
            guard let value = Self.value(of: "event", in: line) else { return true }
            typeBytes = value.count
            type = text(ofType: value)
        case UInt8(ascii: "i"):
            guard let value = Self.value(of: "id", in: line), !value.contains(0) else { return true }
            idBytes = value.count
            id = String(decoding: value, as: UTF8.self)
        case UInt8(ascii: "r"):
            guard let value = Self.value(of: "retry", in: line) else { return true }
            retry = Self.milliseconds(value) ?? retry
        default:
            // A comment, or a field that nobody knows.
            break
        }
        return size <= limit
    }

    /// The event, when the block has data; without, nothing is dispatched.
    func event(id: String) -> ServerSentEvent? {
        guard !data.isEmpty else { return nil }
        let text = data.withUnsafeBufferPointer { String(decoding: $0.dropLast(), as: UTF8.self) }
        let type = type ?? ""
        return ServerSentEvent(type: type.isEmpty ? "message" : type, data: text, id: id, retry: retry)
    }

    mutating func clear(keepingCapacity limit: Int) {
        id = nil
        retry = nil
        type = nil
        typeBytes = 0
        idBytes = 0
        data.removeAll(keepingCapacity: data.capacity <= limit)
    }

    private mutating func text(ofType value: UnsafeBufferPointer<UInt8>) -> String {
        if previousBytes.count == value.count, previousBytes.elementsEqual(value) { return previousType }
        let text = String(decoding: value, as: UTF8.self)
        if value.count <= 128 {
            previousType = text
            previousBytes = Array(value)
        }
        return text
    }

    /// The value of a line whose field has this name: what is behind the colon and one space; empty without a colon.
    private static func value(of name: StaticString, in line: UnsafeBufferPointer<UInt8>)
        -> UnsafeBufferPointer<UInt8>?
    {
        let length = name.utf8CodeUnitCount
        guard line.count >= length else { return nil }
        for index in 0..<length where line[index] != name.utf8Start[index] { return nil }
        guard line.count > length else { return UnsafeBufferPointer(rebasing: line[length...]) }
        guard line[length] == UInt8(ascii: ":") else { return nil }
        let hasSpace = line.count > length + 1 && line[length + 1] == UInt8(ascii: " ")
        return UnsafeBufferPointer(rebasing: line[(length + (hasSpace ? 2 : 1))...])
    }

    /// ASCII digits and nothing else; at most 10⁹ s, whatever their number.
    private static func milliseconds(_ digits: UnsafeBufferPointer<UInt8>) -> Duration? {
        guard !digits.isEmpty else { return nil }
        var number: Int64 = 0
        for byte in digits {
            guard 0x30...0x39 ~= byte else { return nil }
            number = min(number * 10 + Int64(byte - 0x30), 1_000_000_000_000)
        }
        return .milliseconds(number)
    }
}
