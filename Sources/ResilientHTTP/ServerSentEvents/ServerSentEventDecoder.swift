public import Foundation

/// Turns the bytes of an event stream into events, chunk by chunk (WHATWG HTML §9.2.6).
///
/// ```swift
/// var decoder = ServerSentEventDecoder()
/// for try await chunk in chunks {
///     for event in try decoder.push(chunk) { print(event.data) }
/// }
/// ```
///
/// Chunks may be cut anywhere, inside a line break or a character too: the events are the same. An event is returned
/// with the byte that completes it, never later. Bytes that are not UTF-8 become U+FFFD. What is not complete when the
/// stream ends is no event.
public struct ServerSentEventDecoder: Sendable {
    /// The default of ``maximumEventSize``: 16 MiB.
    public static let defaultMaximumEventSize = 16 * 1024 * 1024

    /// The most bytes of one line, and of the values of one event together: what a stream can make this hold.
    public let maximumEventSize: Int

    /// The id of the last complete block that had one; what a client sends as `Last-Event-ID` when it reconnects.
    public private(set) var lastEventID: String

    /// What the server last said about the wait before a reconnection, at most 10⁹ s; nil when it did not.
    public private(set) var reconnectionTime: Duration?

    private var block = EventBlock()
    /// The part of a line that has arrived, when it is cut by the end of a chunk.
    private var line: [UInt8] = []
    /// A chunk ended in CR, so a LF at the start of the next belongs to the same line break.
    private var skipsLineFeed = false
    /// How many bytes of a byte order mark have arrived; nil once past the place where one may be.
    private var markBytes: Int? = 0
    private var isTooLarge = false

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// Buffers that a large event has stretched beyond this are given back.
    private static let keptCapacity = 65_536

    /// Makes a decoder for a new stream.
    ///
    /// - Parameters:
    ///   - maximumEventSize: The most bytes of a line and of an event. Default: 16 MiB; less than zero counts as zero.
    ///   - lastEventID: The id to go on from, when the stream continues an earlier one. Default: none.
    public init(maximumEventSize: Int = Self.defaultMaximumEventSize, lastEventID: String = "") {
        self.maximumEventSize = max(0, maximumEventSize)
        self.lastEventID = lastEventID
    }

    /// Takes the next bytes and returns the events that they complete.
    ///
    /// Throws `responseTooLarge` for a line or an event above ``maximumEventSize``, at every call until ``finish()``.
    /// The events before it in the same chunk are lost then; ``push(_:into:)`` keeps them.
    public mutating func push(_ chunk: Data) throws -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        try push(chunk, into: &events)
        return events
    }

    /// Takes the next bytes and appends the events that they complete, also those before an error.
    ///
    /// Throws `responseTooLarge` for a line or an event above ``maximumEventSize``, at every call until ``finish()``.
    public mutating func push(_ chunk: Data, into events: inout [ServerSentEvent]) throws {
        guard !isTooLarge else { throw tooLarge }
        let isTaken = chunk.withUnsafeBytes { take($0.bindMemory(to: UInt8.self), &events) }
        guard isTaken else {
            finish()
            isTooLarge = true
            throw tooLarge
        }
    }

    /// Ends the connection and prepares for the next one: an incomplete event is forgotten, ``lastEventID`` and
    /// ``reconnectionTime`` stay, and a byte order mark is allowed again.
    public mutating func finish() {
        block = EventBlock()
        line = []
        skipsLineFeed = false
        markBytes = 0
        isTooLarge = false
    }

    private var tooLarge: ResilientError {
        ResilientError(
            .responseTooLarge,
            "the event stream has an event or a line of more than \(maximumEventSize) bytes",
            reachedServer: .yes
        )
    }
}

// MARK: - Lines

extension ServerSentEventDecoder {
    /// Returns false when something is too large.
    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, _ events: inout [ServerSentEvent]) -> Bool {
        var start = skipMark(bytes)
        if skipsLineFeed, start < bytes.count {
            skipsLineFeed = false
            if bytes[start] == .lineFeed { start += 1 }
        }
        while true {
            let end = Self.endOfLine(in: bytes, from: start)
            let piece = UnsafeBufferPointer(rebasing: bytes[start..<end])
            guard line.count + piece.count <= maximumEventSize else { return false }
            guard end < bytes.count else {
                line.append(contentsOf: piece)
                return true
            }
            guard endLine(piece, &events) else { return false }
            start = end + 1
            guard bytes[end] == .carriageReturn else { continue }
            if start == bytes.count {
                // The event must not wait for a line feed that may never come.
                skipsLineFeed = true
            } else if bytes[start] == .lineFeed {
                start += 1
            }
        }
    }

    /// Moves past a byte order mark, the first three bytes of a stream at most; returns where the text goes on.
    private mutating func skipMark(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard var matched = markBytes else { return 0 }
        for (index, byte) in bytes.enumerated() {
            guard byte == Self.byteOrderMark[matched] else {
                // No mark after all: what looked like one is text.
                line.append(contentsOf: Self.byteOrderMark[..<matched])
                markBytes = nil
                return index
            }
            matched += 1
            if matched == Self.byteOrderMark.count {
                markBytes = nil
                return index + 1
            }
        }
        markBytes = matched
        return bytes.count
    }

    private mutating func endLine(_ piece: UnsafeBufferPointer<UInt8>, _ events: inout [ServerSentEvent]) -> Bool {
        guard line.isEmpty else {
            var whole: [UInt8] = []
            swap(&whole, &line)
            whole.append(contentsOf: piece)
            let isTaken = whole.withUnsafeBufferPointer { takeLine($0, &events) }
            if whole.capacity <= Self.keptCapacity {
                whole.removeAll(keepingCapacity: true)
                swap(&whole, &line)
            }
            return isTaken
        }
        return takeLine(piece, &events)
    }

    private mutating func takeLine(_ line: UnsafeBufferPointer<UInt8>, _ events: inout [ServerSentEvent]) -> Bool {
        guard line.isEmpty else {
            guard block.take(line, limit: maximumEventSize) else { return false }
            // At once, not with its block (§9.2.6, "process the field").
            if let retry = block.retry { reconnectionTime = retry }
            return true
        }
        if let id = block.id { lastEventID = id }
        if let event = block.event(id: lastEventID) { events.append(event) }
        block.clear(keepingCapacity: Self.keptCapacity)
        return true
    }

    /// The position of the next CR or LF, or the end of the bytes.
    private static func endOfLine(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = UnsafeRawBufferPointer(bytes)
        while index < bytes.count {
            if index + 8 <= bytes.count {
                // Eight bytes at a time: whether any is below 0x0E, which in text hardly anything but CR and LF is.
                let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if (word &- 0x0E0E_0E0E_0E0E_0E0E) & ~word & 0x8080_8080_8080_8080 == 0 {
                    index += 8
                    continue
                }
            }
            let stop = min(index + 8, bytes.count)
            while index < stop {
                if bytes[index] == .lineFeed || bytes[index] == .carriageReturn { return index }
                index += 1
            }
        }
        return bytes.count
    }
}

extension UInt8 {
    fileprivate static var lineFeed: UInt8 { 0x0A }
    fileprivate static var carriageReturn: UInt8 { 0x0D }
}
