import Foundation

/// A request line and header block that follow RFC 9112, with what they say about the body.
struct RequestHead {
    /// Why a request is answered with 400.
    struct Malformed: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    enum Framing {
        case none
        case length(Int)
        case chunked
    }

    let method: String
    let target: String
    let headers: [FaultServer.HeaderField]
    let framing: Framing
    let asksToClose: Bool
    let expectsContinue: Bool

    /// Parses the bytes up to and with the empty line.
    init(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
        let requestLine = lines.removeFirst().split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard requestLine.count == 3, !requestLine[0].isEmpty, !requestLine[1].isEmpty else {
            throw Malformed("request line")
        }
        method = Self.text(requestLine[0])
        target = Self.text(requestLine[1])
        let version = Self.text(requestLine[2])
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { throw Malformed("version") }

        var headers: [FaultServer.HeaderField] = []
        for line in lines where !line.isEmpty { headers.append(try Self.field(line)) }
        // RFC 9112, section 3.2: a request without a Host, or with two, is refused.
        let hosts = headers.values(of: "Host").count
        guard hosts == 1 || (hosts == 0 && version == "HTTP/1.0") else { throw Malformed("Host") }
        self.headers = headers
        framing = try Self.framing(headers)
        asksToClose =
            headers.hasToken("close", in: "Connection")
            || (version == "HTTP/1.0" && !headers.hasToken("keep-alive", in: "Connection"))
        expectsContinue = version == "HTTP/1.1" && headers.hasToken("100-continue", in: "Expect")
    }

    /// The target's path and query, also for the absolute form.
    var pathAndQuery: (path: String, query: String?) {
        var rest = Substring(target)
        if let scheme = rest.range(of: "://"), !rest.hasPrefix("/") {
            rest = rest[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? ""
        return (path.isEmpty ? "/" : path, parts.count > 1 ? String(parts[1]) : nil)
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(Malformed) -> FaultServer.HeaderField {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
            throw Malformed("header line")
        }
        let name = line[..<colon]
        // White space in a name also refuses folded lines (RFC 9112, section 5.2).
        guard name.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw Malformed("header name") }
        let value = Substring(text(line[(colon + 1)...])).trimmed
        return FaultServer.HeaderField(name: text(name), value: String(value))
    }

    private static func framing(_ headers: [FaultServer.HeaderField]) throws(Malformed) -> Framing {
        let lengths = headers.values(of: "Content-Length")
        let encodings = headers.values(of: "Transfer-Encoding")
        if !encodings.isEmpty {
            // Both together is how requests are smuggled (RFC 9112, section 6.1).
            guard lengths.isEmpty else { throw Malformed("Content-Length with Transfer-Encoding") }
            guard encodings.count == 1, encodings[0].lowercased() == "chunked" else {
                throw Malformed("Transfer-Encoding")
            }
            return .chunked
        }
        guard let first = lengths.first else { return .none }
        guard lengths.allSatisfy({ $0 == first }), first.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(first)
        else { throw Malformed("Content-Length") }
        return .length(length)
    }

    /// UTF-8 where the bytes are, Latin-1 (which never fails) where they are not.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
