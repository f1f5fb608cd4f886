import Foundation

/// WHATWG HTML §9.2.6 as it is written, on text and whole lines: slow, and short enough to be seen to be right.
struct ReferenceStream {
    private(set) var events: [ServerSentEvent] = []
    private(set) var lastEventID = ""
    private(set) var retry: Duration?

    init(_ stream: Data) {
        var scalars = Array(String(decoding: stream, as: UTF8.self).unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var data = ""
        var type = ""
        var id = ""
        var blockRetry: Duration?
        for line in Self.lines(scalars) {
            if line.isEmpty {
                lastEventID = id
                if !data.isEmpty {
                    data.unicodeScalars.removeLast()
                    let name = type.isEmpty ? "message" : type
                    events.append(ServerSentEvent(type: name, data: data, id: id, retry: blockRetry))
                }
                (data, type, blockRetry) = ("", "", nil)
                continue
            }
            let colon = line.firstIndex(of: ":")
            let name = Self.text(line[..<(colon ?? line.endIndex)])
            var value = colon.map { line[($0 + 1)...] } ?? []
            if value.first == " " { value = value.dropFirst() }
            switch name {
            case "data":
                data.unicodeScalars.append(contentsOf: value)
                data.unicodeScalars.append("\n")
            case "event": type = Self.text(value)
            case "id" where !value.contains("\0"): id = Self.text(value)
            case "retry" where !value.isEmpty && value.allSatisfy { ("0"..."9").contains($0) }:
                let digits = Self.text(value.drop { $0 == "0" })
                let number = digits.utf8.count > 12 ? 1_000_000_000_000 : Int64(digits) ?? 0
                retry = .milliseconds(number)
                blockRetry = retry
            default: break
            }
        }
    }

    /// The lines that have ended.
    private static func lines(_ scalars: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        var lines: [ArraySlice<Unicode.Scalar>] = []
        var start = 0
        for index in scalars.indices {
            if scalars[index] == "\n", index > 0, scalars[index - 1] == "\r" {
                start = index + 1
            } else if scalars[index] == "\n" || scalars[index] == "\r" {
                lines.append(scalars[start..<index])
                start = index + 1
            }
        }
        return lines
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }
}
