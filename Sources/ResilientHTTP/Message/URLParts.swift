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

    init(_ text: String) {
        var rest = Substring(text)
        if let bad = text.utf8.first(where: { !Grammar.isURLByte($0) }) {
            problem = "the URL contains the byte 0x\(String(bad, radix: 16)), which must be percent-encoded"
            return
        }
        guard Grammar.hasValidEscapes(text) else {
            problem = "the URL contains a '%' that is not followed by two hexadecimal digits"
            return
        }
        guard let colon = rest.firstIndex(of: ":"), Self.isScheme(rest[..<colon]) else {
            problem = "the URL has no scheme; expected http:// or https://"
            return
        }
        scheme = Grammar.lowercased(String(rest[..<colon]))
        rest = rest[rest.index(after: colon)...]
        guard rest.hasPrefix("//") else {
            problem = "the URL has no host"
            return
        }
        rest = rest.dropFirst(2)
        readAuthority(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    private mutating func readAuthority(_ authority: Substring) {
        var hostAndPort = authority
        if let at = authority.lastIndex(of: "@") {
            hasUserInfo = true
            if authority.firstIndex(of: "@") != at { problem = "the URL has more than one '@' before its path" }
            hostAndPort = authority[authority.index(after: at)...]
        }
        var portText: Substring?
        if hostAndPort.hasPrefix("[") {
            guard let end = hostAndPort.firstIndex(of: "]") else {
                problem = "the URL has an IPv6 host without a closing bracket"
                return
            }
            host = Grammar.lowercased(String(hostAndPort[hostAndPort.index(after: hostAndPort.startIndex)..<end]))
            let after = hostAndPort[hostAndPort.index(after: end)...]
            if !after.isEmpty {
                guard after.hasPrefix(":") else {
                    problem = "the URL has characters between its IPv6 host and its port"
                    return
                }
                portText = after.dropFirst()
            }
        } else if let colon = hostAndPort.firstIndex(of: ":") {
            host = Grammar.lowercased(String(hostAndPort[..<colon]))
            portText = hostAndPort[hostAndPort.index(after: colon)...]
        } else {
            host = Grammar.lowercased(String(hostAndPort))
        }
        checkHost(bracketed: hostAndPort.hasPrefix("["))
        if let portText, !portText.isEmpty {
            guard portText.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(portText),
                (1...65535).contains(number)
            else {
                problem = problem ?? "the URL's port must be a number from 1 to 65535"
                return
            }
            port = number
        }
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

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first | 0x20 >= UInt8(ascii: "a"), first | 0x20 <= UInt8(ascii: "z") else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            Grammar.isUnreserved(byte) && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "~")
                || byte == UInt8(ascii: "+")
        }
    }
}
