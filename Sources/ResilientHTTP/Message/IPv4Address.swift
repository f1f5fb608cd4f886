/// A dotted-decimal IPv4 address in its one unambiguous form: four decimal numbers without leading zeros.
///
/// `127.1`, `0x7f.0.0.1` and `2130706433` mean the same to some resolvers and are refused by URLSession on Linux;
/// ``isAbbreviated(_:)`` tells them from host names.
struct IPv4Address {
    let octets: (UInt8, UInt8, UInt8, UInt8)

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var values: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = UInt8(part), String(value) == part
            else { return nil }
            values.append(value)
        }
        octets = (values[0], values[1], values[2], values[3])
    }

    var isLoopback: Bool { octets.0 == 127 }

    /// Whether it is an address of the public internet: not private, link-local, carrier-grade NAT, loopback, "this
    /// network", for benchmarks or protocols, multicast or reserved (RFC 6890).
    var isPublic: Bool {
        switch octets {
        case (0, _, _, _), (10, _, _, _), (127, _, _, _), (100, 64...127, _, _), (169, 254, _, _),
            (172, 16...31, _, _), (192, 168, _, _), (192, 0, 0, _), (198, 18...19, _, _), (224..., _, _, _):
            false
        default:
            true
        }
    }

    /// Whether a host would be read as an IPv4 address by `inet_aton`, but is not written in full.
    static func isAbbreviated(_ host: String) -> Bool {
        guard IPv4Address(host) == nil else { return false }
        let labels = host.split(separator: ".", omittingEmptySubsequences: true)
        guard let last = labels.last else { return false }
        // A host whose last label is a number is an address attempt: no top-level domain is numeric (RFC 3696 §2).
        return last.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } || last.hasPrefix("0x")
    }
}
