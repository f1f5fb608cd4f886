import Foundation
import ResilientHTTP
import Testing

@Suite struct ServerSentEventLimitTests {
    private func stream(_ text: String) -> [[Data]] {
        [[Data(text.utf8)], Data(text.utf8).pieces(of: 1), Data(text.utf8).pieces(of: 5)]
    }

    @Test func aLineOfTheLimitPassesAndAByteMoreDoesNot() {
        for chunks in stream("data: abcd\n\n") {
            #expect(Decoded(chunks, maximumEventSize: 10).data == ["abcd"])
            #expect(Decoded(chunks, maximumEventSize: 9).isTooLarge)
        }
    }

    @Test func aLineNeedNotEndToBeTooLong() {
        for chunks in stream(":" + String(repeating: "x", count: 100)) {
            #expect(Decoded(chunks, maximumEventSize: 101).isTooLarge == false)
            #expect(Decoded(chunks, maximumEventSize: 100).isTooLarge)
        }
    }

    @Test func theValuesOfAnEventAreBoundedTogether() {
        // 4 + 1 + 4 bytes of data with the line feed between them, 5 of the type and 6 of the id.
        for chunks in stream("data: abcd\nevent: hello\nid: 123456\ndata: efgh\n\n") {
            #expect(Decoded(chunks, maximumEventSize: 20).data == ["abcd\nefgh"])
            #expect(Decoded(chunks, maximumEventSize: 19).isTooLarge)
        }
    }

    @Test func emptyLinesOfDataCountToo() {
        for chunks in stream(String(repeating: "data\n", count: 30) + "\n") {
            #expect(Decoded(chunks, maximumEventSize: 29).data == [String(repeating: "\n", count: 29)])
            #expect(Decoded(chunks, maximumEventSize: 28).isTooLarge)
        }
    }

    @Test func eventsThatFitDoNotAddUp() {
        let text = String(repeating: ": a comment\nevent: x\ndata: abcd\n\n", count: 100)
        for chunks in stream(text) { #expect(Decoded(chunks, maximumEventSize: 11).events.count == 100) }
    }

    @Test func theEventsBeforeAreKeptAndNothingComesAfter() throws {
        let text = "data: a\n\ndata: \(String(repeating: "b", count: 100))\n\ndata: c\n\n"
        for chunks in stream(text) {
            let decoded = Decoded(chunks, maximumEventSize: 50)
            #expect(decoded.data == ["a"])
            #expect(decoded.isTooLarge)
        }
        var decoder = ServerSentEventDecoder(maximumEventSize: 50)
        for _ in 0..<3 {
            let error = #expect(throws: ResilientError.self) { try decoder.push(Data(text.utf8)) }
            #expect(error?.code == .responseTooLarge)
        }
        decoder.finish()
        #expect(try decoder.push(Data("data: d\n\n".utf8)).map(\.data) == ["d"])
    }

    @Test func aLimitOfNothingAllowsBlankLinesOnly() {
        for limit in [0, -1, Int.min] {
            #expect(!Decoded([Data("\n\r\n".utf8)], maximumEventSize: limit).isTooLarge)
            #expect(Decoded([Data("x".utf8)], maximumEventSize: limit).isTooLarge)
        }
        #expect(Decoded([Data("data: a\n\n".utf8)], maximumEventSize: .max).data == ["a"])
    }
}
