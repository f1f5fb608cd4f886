import Foundation

/// The data lines of server-sent events in pieces of a body, as a program without a decoder of its own finds them: an
/// event is one line, and lines end in a line feed.
struct EventLines {
    private static let mark = Data("data: ".utf8)
    private var rest = Data()

    /// The data of the events that are whole now.
    mutating func add(_ piece: Data) -> [Data] {
        rest.append(piece)
        var events: [Data] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[rest.startIndex..<end]
            if line.starts(with: Self.mark) { events.append(Data(line.dropFirst(Self.mark.count))) }
            rest = rest[rest.index(after: end)...]
        }
        // What was read is let go.
        rest = Data(rest)
        return events
    }
}
