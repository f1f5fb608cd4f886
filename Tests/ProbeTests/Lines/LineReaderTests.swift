import Foundation
import Testing

@testable import Probe

@Suite struct LineReaderTests {
    private func lines(_ text: String, limit: Int = 100) throws -> [LineReader.Line] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("lines-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forReadingFrom: file)
        var reader = LineReader(handle.fileDescriptor, lengthLimit: limit)
        var lines: [LineReader.Line] = []
        while let line = reader.next() { lines.append(line) }
        #expect(reader.next() == nil)
        try handle.close()
        return lines
    }

    private func line(_ text: String) -> LineReader.Line {
        .bytes(Array(text.utf8))
    }

    @Test func linesEndWithALineFeedAndTheLastMayDoWithout() throws {
        #expect(try lines("") == [])
        #expect(try lines("\n") == [line("")])
        #expect(try lines("a\n\nb\r\n") == [line("a"), line(""), line("b\r")])
        #expect(try lines("a\nb") == [line("a"), line("b")])
    }

    @Test func aLineAboveTheLimitIsSkippedAndTheNextIsRead() throws {
        let long = String(repeating: "x", count: 200_000)
        #expect(try lines("a\n\(long)\nb", limit: 10) == [line("a"), .tooLong, line("b")])
        #expect(try lines(long, limit: 199_999) == [.tooLong])
        #expect(try lines(long + "\n", limit: 200_000) == [line(long)])
    }
}
