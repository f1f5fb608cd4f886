import Foundation
import ResilientHTTP
import Testing

@Suite struct ServerSentEventDecoderTests {
    @Test func aCarriageReturnCompletesTheEventAtOnce() throws {
        var decoder = ServerSentEventDecoder()
        #expect(try decoder.push(Data("data: a\r\r".utf8)).map(\.data) == ["a"])
        // This line feed is the other half of the break before it, not a line of its own.
        #expect(try decoder.push(Data()).isEmpty)
        #expect(try decoder.push(Data("\ndata: b\r".utf8)).isEmpty)
        #expect(try decoder.push(Data("\n".utf8)).isEmpty)
        #expect(try decoder.push(Data("\r".utf8)).map(\.data) == ["b"])
    }

    @Test func allThreeLineBreaksCanBeMixed() {
        #expect(Decoded("data: a\ndata: b\r\ndata: c\rdata: d\n\r\ndata: e\r\r\n").data == ["a\nb\nc\nd", "e"])
        // LF CR are two breaks, CR LF is one.
        #expect(Decoded("data: a\r\ndata: b\n\rdata: c\n\n").data == ["a\nb", "c"])
    }

    @Test func aByteOrderMarkIsSkippedAtTheStartOfAConnectionOnly() throws {
        #expect(Decoded("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\ndata: c\n\n").data == ["a", "c"])
        #expect(Decoded("\u{FEFF}\u{FEFF}data: a\n\ndata: b\n\n").data == ["b"])
        #expect(Decoded("data: \u{FEFF}a\n\n").data == ["\u{FEFF}a"])
        // Half a mark is text, and so the start of a field that nobody knows.
        #expect(Decoded([Data([0xEF]), Data([0xBB]), Data("data: a\n\ndata: b\n\n".utf8)]).data == ["b"])

        var decoder = ServerSentEventDecoder()
        #expect(try decoder.push(Data("\u{FEFF}data: a\n\n".utf8)).count == 1)
        decoder.finish()
        #expect(try decoder.push(Data([0xEF, 0xBB])).isEmpty)
        #expect(try decoder.push(Data([0xBF] + Array("data: b\n\n".utf8))).map(\.data) == ["b"])
    }

    @Test func aFieldIsItsExactNameAndLosesOneSpace() {
        #expect(Decoded("data:a\ndata: b\ndata:  c\ndata\ndata:\n\n").data == ["a\nb\n c\n\n"])
        #expect(Decoded("Data: a\n data: b\ndata : c\ndat: d\ndatas: e\n\n").events.isEmpty)
        #expect(Decoded(": comment\ndata: a\n:\n\n").data == ["a"])
        #expect(
            Decoded("event: x\nevent: y\ndata: a\n\ndata: b\n\nevent:\ndata: c\n\n").types == [
                "y", "message", "message",
            ]
        )
    }

    @Test func anEventWithoutDataIsNoEventButItsIDAndRetryStay() {
        let decoded = Decoded("event: x\nid: 7\nretry: 250\n\ndata: a\n\n")
        #expect(decoded.events == [ServerSentEvent(data: "a", id: "7")])
        #expect(decoded.lastEventID == "7")
        #expect(decoded.reconnectionTime == .milliseconds(250))
        // A data field without a value is data.
        #expect(Decoded("data\n\n").data == [""])
    }

    @Test func anEventSaysItsOwnRetryOnly() {
        let decoded = Decoded("retry: 100\ndata: a\n\ndata: b\n\n")
        #expect(decoded.events.map(\.retry) == [.milliseconds(100), nil])
    }

    @Test func anIDLastsUntilTheNextAndMayBeEmptied() {
        let decoded = Decoded("id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n")
        #expect(decoded.ids == ["1", "1", "1", ""])
        #expect(decoded.lastEventID.isEmpty)
    }

    @Test func anIncompleteBlockIsForgottenWithItsIDAndNotWithItsRetry() throws {
        var decoder = ServerSentEventDecoder()
        #expect(try decoder.push(Data("id: 1\ndata: a\n\nid: 2\nretry: 5\ndata: b\nda".utf8)).map(\.data) == ["a"])
        #expect(decoder.lastEventID == "1")
        #expect(decoder.reconnectionTime == .milliseconds(5))
        decoder.finish()
        #expect(try decoder.push(Data("ta: c\n\ndata: d\n\n".utf8)) == [ServerSentEvent(data: "d", id: "1")])
        #expect(decoder.reconnectionTime == .milliseconds(5))
    }

    @Test func aLineFeedAfterANewConnectionIsALine() throws {
        var decoder = ServerSentEventDecoder()
        #expect(try decoder.push(Data("data: a\r".utf8)).isEmpty)
        decoder.finish()
        #expect(try decoder.push(Data("\ndata: b\n\n".utf8)).map(\.data) == ["b"])
    }

    @Test(arguments: ["", " ", "-1", "+1", "1.5", "1 ", "  1", "1e3", "0x10", "x", "\u{0661}"])
    func aRetryThatIsNotAllDigitsIsIgnored(value: String) {
        #expect(Decoded("retry: 20\nretry: \(value)\ndata: a\n\n").reconnectionTime == .milliseconds(20))
    }

    @Test func aRetryHasNoUpperLimitOfDigits() {
        #expect(Decoded("retry: 000\n").reconnectionTime == .zero)
        #expect(Decoded("retry: 007\n").reconnectionTime == .milliseconds(7))
        #expect(Decoded("retry: \(String(repeating: "9", count: 5000))\n").reconnectionTime == .seconds(1_000_000_000))
    }

    /// The replacements of the Encoding standard's UTF-8 decoder: one for each maximal prefix of a character.
    @Test func bytesThatAreNotUTF8AreReplacedAsBrowsersDo() {
        let rows: [([UInt8], String)] = [
            ([0xFF], "\u{FFFD}"),
            ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
            ([0xE2, 0x82], "\u{FFFD}"),
            ([0xE2, 0x82, 0x41], "\u{FFFD}A"),
            ([0xF0, 0x9F, 0x98], "\u{FFFD}"),
            ([0xF0, 0x80, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF1, 0x80, 0x41, 0x80], "\u{FFFD}A\u{FFFD}"),
            ([0xF0, 0x9F, 0x98, 0x80], "\u{1F600}"),
        ]
        for (bytes, text) in rows {
            let stream = Data(Array("data: ".utf8) + bytes + Array("\n\n".utf8))
            #expect(Decoded([stream]).data == [text], "\(bytes)")
            #expect(Decoded(stream.pieces(of: 1)).data == [text], "\(bytes) in pieces")
        }
    }

    @Test func whatAChunkDoesNotContainIsNotHeldForIt() throws {
        // A slice whose indices do not start at zero.
        let chunk = Data("xxdata: a\n\nyy".utf8)[2..<11]
        var decoder = ServerSentEventDecoder(lastEventID: "4")
        #expect(try decoder.push(chunk) == [ServerSentEvent(data: "a", id: "4")])
    }
}
