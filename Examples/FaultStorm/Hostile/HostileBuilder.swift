import Foundation
import ResilientHTTP

/// Puts the bytes of a ``HostileResponse`` together.
struct HostileBuilder {
    private typealias Damage = HostileResponse.Damage

    private(set) var bytes = Data()
    private(set) var body = Data()
    private(set) var closes = false
    /// Whether a client has to take it.
    private(set) var isRight: Bool

    private let mark: HostileMark
    private let framing: HostileResponse.Framing
    private let chance: SeededRandomSource

    init(
        _ mark: HostileMark,
        _ framing: HostileResponse.Framing,
        isHead: Bool,
        damage: HostileResponse.Damage,
        _ chance: SeededRandomSource
    ) {
        (self.mark, self.framing, self.chance) = (mark, framing, chance)
        let isStray = damage == .excess || damage == .excessResponse
        isRight = damage == .nothing || damage == .foldedLater || isStray
        closes = framing == .untilClose && !isHead
        var content = Data(mark.text.utf8) + Data(repeating: 0x78, count: below(below(10) == 0 ? 6_000 : 200))
        if framing == .none { content = Data() }
        body = isHead ? Data() : content
        var lines = head(content.count, damage)
        let interim = damage == .foldedInterim ? ["HTTP/1.1 103 Early Hints", " folded: 1", ""] : []
        if damage == .nothing, below(6) == 0 { lines = ["HTTP/1.1 103 Early Hints", "Link: </a>", ""] + lines }
        bytes = Data((interim + lines + ["", ""]).joined(separator: "\r\n").utf8)
        // A response to HEAD may come with its body all the same: then the connection is not to be used again.
        let hasBody = !isHead || isStray && below(2) == 0
        if hasBody { bytes += framing == .chunks ? chunked(content, damage) : content }
        damageBytes(damage)
    }

    private func below(_ bound: Int) -> Int { HostileResponse.below(max(1, bound), chance) }

    private mutating func head(_ length: Int, _ damage: HostileResponse.Damage) -> [String] {
        let blank = damage == .blankBeforeColon ? " " : ""
        var fields = ["X-Mark: \(mark.text)"] + (0..<below(12)).map { "X-\($0): \(below(1_000_000))" }
        switch framing {
        case .length: fields.append("Content-Length\(blank): \(length)")
        case .chunks: fields.append("Transfer-Encoding\(blank): chunked")
        case .none where below(2) == 0: fields.append("Content-Length\(blank): 0")
        case .none, .untilClose: break
        }
        let isBodyless = framing == .none && !fields.contains { $0.hasPrefix("Content-Length") }
        switch damage {
        case .foldedFirst: fields.insert(below(2) == 0 ? " folded: 1" : "\t", at: 0)
        case .foldedLater: fields[0] += "\r\n  more"
        case .repeatedField: fields.append(fields[below(fields.count)])
        case .otherLength:
            fields.append("Content-Length: \(["0x2", "+2", "2;x", "2, 3", "99999999999999999999", "-1"][below(6)])")
        case .longLine where below(20) == 0: fields.append("X-Long: " + String(repeating: "l", count: 120_000))
        default: break
        }
        // What hangs for the end of a body that never comes costs a timeout.
        closes = closes || damage == .repeatedField || damage == .blankBeforeColon
        return ["HTTP/1.1 \(isBodyless ? ["204 No Content", "304 Not Modified"][below(2)] : "200 OK")"] + fields
    }

    private mutating func chunked(_ content: Data, _ damage: HostileResponse.Damage) -> Data {
        var chunks = Data()
        var rest = content[...]
        while !rest.isEmpty {
            let part = rest.prefix(1 + below(rest.count))
            rest = rest.dropFirst(part.count)
            let size = String(part.count, radix: 16)
            let sizes =
                damage == .wrongChunk ? ["0x\(size)", "+\(size)", "\(size)x", "", "-1"] : [size, size, "\(size);a=b"]
            chunks += Data("\(sizes[below(sizes.count)])\r\n".utf8) + part + Data("\r\n".utf8)
        }
        let trailers = damage == .foldedTrailer ? " folded: 1\r\n" : below(3) == 0 ? "X-Late: 1\r\n" : ""
        if damage == .wrongChunk { closes = true }
        return chunks + Data("0\r\n\(trailers)\r\n".utf8)
    }

    private mutating func damageBytes(_ damage: HostileResponse.Damage) {
        switch damage {
        case .cut:
            bytes = bytes.prefix(below(bytes.count))
            closes = true
        case .changedBytes:
            for _ in 0...below(5) { bytes[below(bytes.count)] = UInt8(below(256)) }
            closes = true
        case .insertedBytes:
            let noise = (0...below(20)).map { _ in UInt8(below(256)) }
            let place = below(bytes.count)
            bytes.insert(contentsOf: noise, at: place)
            closes = true
        case .noise:
            bytes = Data((0...below(2_000)).map { _ in UInt8(below(256)) })
            closes = true
        case .excess:
            bytes += Data(["\r\n", "surplus", "\0", "HTTP/1.1 200 OK\r\nContent-Le"][below(4)].utf8)
        case .excessResponse:
            let stray = HostileMark(number: mark.number | 1 << 40, seed: mark.seed).text
            bytes += Data(
                "HTTP/1.1 200 OK\r\nX-Mark: \(stray)\r\nContent-Length: \(stray.utf8.count)\r\n\r\n\(stray)".utf8
            )
        default: break
        }
    }
}
