import Foundation
import ResilientHTTP
import Testing

@Suite(.oneAtATime) struct ServerSentEventPropertyTests {
    /// Lines as servers write them and as they should not, glued together at random.
    private static let parts: [[UInt8]] =
        [
            "data: hello", "data:", "data", "data:  two", "event: update", "event", "id: 7", "id", "id: a\0b",
            "retry: 5",
            "retry: 1x", ": comment", ":", "other: field", "\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n", " ", "d",
            "é€😀",
        ].map { Array($0.utf8) } + [[0xEF, 0xBB, 0xBF], [0xEF], [0xFF], [0xE2, 0x82], [0xF0, 0x9F], [0x00]]

    private func stream(using random: inout SeededGenerator) -> Data {
        var data = Data()
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            data += Self.parts[Int.random(in: 0..<Self.parts.count, using: &random)]
            if Bool.random(using: &random) { data.append(0x0A) }
        }
        return data
    }

    @Test func anySplitGivesTheSame() {
        var events = 0
        var refusals = 0
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let stream = stream(using: &random)
            let limit = seed % 3 == 0 ? Int.random(in: 0...40, using: &random) : 1000
            let whole = Decoded([stream], maximumEventSize: limit)
            events += whole.events.count
            refusals += whole.isTooLarge ? 1 : 0
            #expect(Decoded(stream.pieces(of: 1), maximumEventSize: limit) == whole, "seed \(seed)")
            let pieces = stream.pieces(using: &random)
            #expect(Decoded(pieces, maximumEventSize: limit) == whole, "seed \(seed)")
        }
        #expect(events > 1000)
        #expect(refusals > 100)
    }

    @Test func randomBytesNeverCrashHoweverTheyAreSplit() {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let bytes = Data(
                (0..<Int.random(in: 0...300, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            )
            let whole = Decoded([bytes])
            #expect(Decoded(bytes.pieces(using: &random)) == whole, "seed \(seed)")
        }
    }

    /// What is written as the standard says is read as it was meant.
    @Test func eventsThatAreWrittenAreRead() {
        let breaks = ["\n", "\r", "\r\n"]
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var text = ""
            var events: [ServerSentEvent] = []
            var id = ""
            for number in 0..<Int.random(in: 1...8, using: &random) {
                let lineBreak = breaks[Int.random(in: 0..<3, using: &random)]
                var event = ServerSentEvent(data: "é\(number)")
                if Bool.random(using: &random) {
                    event.type = "type \(number)"
                    text += "event: \(event.type)\(lineBreak)"
                }
                if Bool.random(using: &random) {
                    id = "\(seed)-\(number)"
                    text += "id: \(id)\(lineBreak)"
                }
                event.id = id
                if Bool.random(using: &random) {
                    event.retry = .milliseconds(number)
                    text += "retry: \(number)\(lineBreak)"
                }
                if Bool.random(using: &random) { event.data += "\n 😀" }
                for line in event.data.split(separator: "\n") { text += "data: \(line)\(lineBreak)" }
                text += lineBreak
                events.append(event)
            }
            #expect(Decoded(Data(text.utf8).pieces(using: &random)).events == events, "seed \(seed)")
        }
    }
}
