import Foundation
import ResilientHTTP

extension FaultServer.Behaviour {
    /// A scenario as steps.
    ///
    /// - Parameter generated: told of every piece of a generated body.
    static func playing(_ scenario: ConformanceScenario, generated: @escaping @Sendable (Int) -> Void) -> Self {
        let behaviour = Self("conformance") { exchange in
            switch scenario.beginning {
            case .silence: [.hang]
            case .close: [.close]
            case .reset: [.reset]
            case .head: answer(scenario, exchange, generated)
            }
        }
        return scenario.delay > .zero ? behaviour.delayed(scenario.delay) : behaviour
    }

    private static func answer(
        _ scenario: ConformanceScenario,
        _ exchange: FaultServer.Exchange,
        _ generated: @escaping @Sendable (Int) -> Void
    ) -> [FaultServer.Step] {
        let hasBody = scenario.hasBody(for: exchange.request.method)
        var steps: [FaultServer.Step] = scenario.interim.map { .send(ResponseText.head($0, [])) }
        steps.append(.send(head(scenario, exchange)))
        if hasBody {
            for piece in scenario.pieces { steps += self.steps(of: piece, scenario.framing, generated) }
        }
        switch scenario.ending {
        case .complete: if hasBody, scenario.framing == .chunked { steps.append(.send(lastChunk(scenario))) }
        case .cut: return steps + [.close]
        case .reset: return steps + [.reset]
        case .silence: return steps + [.hang]
        }
        if scenario.framing == .untilClose { return steps + [.close] }
        switch scenario.afterwards {
        case .keeps: return steps
        case .closes: return steps + [.close]
        case .goesStale: return steps + [.endOnNextBytes(reset: false)]
        }
    }

    private static func head(_ scenario: ConformanceScenario, _ exchange: FaultServer.Exchange) -> [UInt8] {
        var fields = scenario.headers.map { ($0.name.rawName, $0.value) }
        let closes = scenario.afterwards == .closes || scenario.framing == .untilClose
        if closes, !exchange.closes { fields.append(("Connection", "close")) }
        switch scenario.framing {
        case .length:
            return exchange.head(scenario.status, fields, contentLength: length(scenario))
        case .declared(let length):
            return exchange.head(scenario.status, fields, contentLength: length)
        case .chunked:
            let mayHaveBody = scenario.hasBody(for: "GET")
            return exchange.head(scenario.status, fields + (mayHaveBody ? [("Transfer-Encoding", "chunked")] : []))
        case .untilClose:
            return exchange.head(scenario.status, fields)
        }
    }

    private static func length(_ scenario: ConformanceScenario) -> Int {
        scenario.pieces.reduce(0) { length, piece in
            switch piece {
            case .bytes(let bytes): length + bytes.count
            case .zeros(let count): length + count
            case .pause: length
            }
        }
    }

    private static func steps(
        of piece: ConformanceScenario.Piece,
        _ framing: ConformanceScenario.Framing,
        _ generated: @escaping @Sendable (Int) -> Void
    ) -> [FaultServer.Step] {
        switch piece {
        case .bytes(let bytes):
            // An empty chunk would end the body.
            bytes.isEmpty ? [] : [.send(framing == .chunked ? ResponseText.chunk(bytes) : Array(bytes))]
        case .zeros(let count):
            [.produce(Zeros(left: count, isChunked: framing == .chunked, taken: generated))]
        case .pause(let duration):
            [.pause(UInt64(clamping: duration.saturatedNanoseconds))]
        }
    }

    private static func lastChunk(_ scenario: ConformanceScenario) -> String {
        let fields = scenario.trailers.map { "\($0.name.rawName): \($0.value)\r\n" }.joined()
        return "0\r\n\(fields)\r\n"
    }

    /// Zero bytes in pieces of 16 KiB, made while they are sent.
    private struct Zeros: IteratorProtocol {
        var left: Int
        let isChunked: Bool
        let taken: @Sendable (Int) -> Void

        mutating func next() -> [UInt8]? {
            guard left > 0 else { return nil }
            let piece = [UInt8](repeating: 0, count: min(left, 16 << 10))
            left -= piece.count
            taken(piece.count)
            return isChunked ? ResponseText.chunk(piece) : piece
        }
    }
}
