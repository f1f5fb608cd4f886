/// A dotted-decimal IPv4 address in its one unambiguous form: four decimal numbers without leading zeros.
///
/// `127.1`, `0x7f.0.0.1` and `2130706433` mean the same to some resolvers and are refused by URLSession on Linux;
/// ``isAbbreviated(_:)`` tells them from host names.
struct IPv4Address {
    let octets: (UInt8, UInt8, UInt8, UInt8)

    /// By bytes and without an allocation: every call to an address is asked whether it is this machine's.
    init?(_ text: String) {
        var octets: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
        var (dots, digits, value) = (0, 0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
                octets = (octets.1, octets.2, octets.3, UInt8(value))
                (dots, digits, value) = (dots + 1, 0, 0)
            } else {
                guard (0x30...0x39).contains(byte), digits == 0 || value > 0 else { return nil }
                value = value * 10 + Int(byte - 0x30)
                digits += 1
                guard value <= 255 else { return nil }
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        self.octets = (octets.1, octets.2, octets.3, UInt8(value))
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
