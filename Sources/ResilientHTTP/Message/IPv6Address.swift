/// An IPv6 address in any of its textual forms (RFC 4291 §2.2), with an optional zone as URLs write it (RFC 6874).
struct IPv6Address {
    /// Eight groups of 16 bits.
    let groups: [UInt16]

    init?(_ text: String) {
        var address = Substring(text)
        if let percent = address.firstIndex(of: "%") {
            let zone = address[percent...]
            guard zone.hasPrefix("%25"), zone.utf8.count > 3, zone.dropFirst(3).utf8.allSatisfy(Grammar.isUnreserved)
            else { return nil }
            address = address[..<percent]
        }
        let halves = Self.halves(of: address)
        guard halves.count <= 2, let head = Self.groups(halves[0], mayEndInIPv4: halves.count == 1) else { return nil }
        guard halves.count == 2 else {
            guard head.count == 8 else { return nil }
            groups = head
            return
        }
        guard let tail = Self.groups(halves[1], mayEndInIPv4: true), head.count + tail.count < 8 else { return nil }
        groups = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    var isLoopback: Bool { groups.dropLast().allSatisfy { $0 == 0 } && groups[7] == 1 }

    /// Whether it is an address of the public internet: global unicast, 2000::/3, without the blocks that lead back
    /// to IPv4 (6to4, Teredo and other protocol assignments) or are for documentation. An IPv4 address in disguise
    /// (`::ffff:…`, `64:ff9b::…`) is not in that range.
    var isPublic: Bool {
        switch (groups[0], groups[1]) {
        case (0x2001, 0..<0x200), (0x2001, 0xDB8), (0x2002, _): false
        case (0x2000...0x3FFF, _): true
        default: false
        }
    }

    /// What stands on either side of each `::`.
    private static func halves(of text: Substring) -> [Substring] {
        var halves: [Substring] = []
        var rest = text
        while let colon = rest.indices.first(where: { rest[$0...].hasPrefix("::") }) {
            halves.append(rest[..<colon])
            rest = rest[colon...].dropFirst(2)
        }
        return halves + [rest]
    }

    private static func groups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndInIPv4, index == parts.count - 1, let ipv4 = IPv4Address(String(part)) {
                let (a, b, c, d) = ipv4.octets
                groups += [UInt16(a) << 8 | UInt16(b), UInt16(c) << 8 | UInt16(d)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(Grammar.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}
