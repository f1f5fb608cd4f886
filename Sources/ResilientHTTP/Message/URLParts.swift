/// A strict reading of an absolute URL (RFC 3986 §3) that refuses instead of repairing.
///
/// It exists beside Foundation's because the two must not disagree with the transport about which host is meant:
/// whatever is doubtful here is a problem, and a request with a problem is never sent.
struct URLParts {
    private(set) var scheme: String?
    private(set) var host: String?
    private(set) var port: Int?
    private(set) var hasUserInfo = false
    private(set) var problem: String?
    /// How many bytes come before the fragment.
    private(set) var lengthWithoutFragment = 0

    // By bytes that lie in one piece, because every request's URL is read.
    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    private static let colon = UInt8(ascii: ":")

    init(_ text: String) {
        self = text.withUTF8Bytes { URLParts($0) }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        lengthWithoutFragment = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
        if let bad = Grammar.firstNonURLByte(in: bytes) {
            problem = "the URL contains the byte 0x\(String(bad, radix: 16)), which must be percent-encoded"
            return
        }
        guard Grammar.hasValidEscapes(bytes) else {
            problem = "the URL contains a '%' that is not followed by two hexadecimal digits"
            return
        }
        var rest = bytes[...]
        guard let colon = rest.firstIndex(of: Self.colon), Self.isScheme(rest[..<colon]) else {
            problem = "the URL has no scheme; expected http:// or https://"
            return
        }
        scheme = Self.lowercased(rest[..<colon])
        rest = rest[(colon + 1)...]
        let slash = UInt8(ascii: "/")
        guard rest.count >= 2, rest[colon + 1] == slash, rest[colon + 2] == slash else {
            problem = "the URL has no host"
            return
        }
        rest = rest.dropFirst(2)
        readAuthority(rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    }

    private static func lowercased(_ bytes: Bytes) -> String {
        Grammar.lowercased(String(decoding: bytes, as: UTF8.self))
    }

    private mutating func readAuthority(_ authority: Bytes) {
        var hostAndPort = authority
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
            hasUserInfo = true
            if authority.firstIndex(of: UInt8(ascii: "@")) != at {
                problem = "the URL has more than one '@' before its path"
            }
            hostAndPort = authority[(at + 1)...]
        }
        let isBracketed = hostAndPort.first == UInt8(ascii: "[")
        var portText: Bytes?
        if isBracketed {
            guard let end = hostAndPort.firstIndex(of: UInt8(ascii: "]")) else {
                problem = "the URL has an IPv6 host without a closing bracket"
                return
            }
            host = Self.lowercased(hostAndPort[..<end].dropFirst())
            let after = hostAndPort[(end + 1)...]
            if !after.isEmpty {
                guard after.first == Self.colon else {
                    problem = "the URL has characters between its IPv6 host and its port"
                    return
                }
                portText = after.dropFirst()
            }
        } else if let colon = hostAndPort.firstIndex(of: Self.colon) {
            host = Self.lowercased(hostAndPort[..<colon])
            portText = hostAndPort[(colon + 1)...]
        } else {
            host = Self.lowercased(hostAndPort)
        }
        checkHost(bracketed: isBracketed)
        if let portText, !portText.isEmpty {
            guard let number = Self.port(portText) else {
                problem = problem ?? "the URL's port must be a number from 1 to 65535"
                return
            }
            port = number
        }
    }

    private static func port(_ text: Bytes) -> Int? {
        var number = 0
        for byte in text {
            guard byte >= 0x30, byte <= 0x39, number <= 65535 else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return (1...65535).contains(number) ? number : nil
    }

    private mutating func checkHost(bracketed: Bool) {
        guard let host, !host.isEmpty else {
            self.host = nil
            problem = "the URL has no host"
            return
        }
        if bracketed {
            if IPv6Address(host) == nil { problem = "the URL has brackets around what is no IPv6 address" }
        } else if !host.utf8.allSatisfy(Grammar.isUnreserved) {
            problem = "the URL's host contains characters that no host name has"
        }
    }

    private static func isScheme(_ text: Bytes) -> Bool {
        guard let first = text.first, first | 0x20 >= UInt8(ascii: "a"), first | 0x20 <= UInt8(ascii: "z") else {
            return false
        }
        return text.allSatisfy { byte in
            Grammar.isUnreserved(byte) && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "~")
                || byte == UInt8(ascii: "+")
        }
    }
}
