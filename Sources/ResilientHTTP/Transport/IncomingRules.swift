import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What is looked at of a head, because libcurl under Foundation does not.
enum IncomingRules {
    /// What is wrong with a head; nil when nothing is.
    static func problem(of head: HTTPURLResponse, to method: ClientRequest.Method) -> ResilientError? {
        // Without a body nothing depends on it.
        guard method != .head, head.statusCode != 204, head.statusCode != 304 else { return nil }
        if let length = value("Content-Length", of: head), value("Transfer-Encoding", of: head) == nil,
            !isLength(length)
        {
            return ResilientError(
                .protocolError,
                "the response's Content-Length is no number of bytes, or two of them differ (RFC 9112 §6.3)",
                reachedServer: .yes
            )
        }
        if head.statusCode == 206, let coding = value("Content-Encoding", of: head), coding.lowercased() != "identity" {
            return ResilientError(
                .protocolError,
                "the server sent a part of a body in the coding that it keeps, and URLSession unpacks parts as if they "
                    + "were whole; CurlTransport hands them on as they are",
                reachedServer: .yes
            )
        }
        return nil
    }

    private static func value(_ name: String, of head: HTTPURLResponse) -> String? {
        head.value(forHTTPHeaderField: name)
    }

    /// RFC 9112 §6.3: digits and nothing else; the same number several times is that number. libcurl reads the digits
    /// that it finds, and believes the last line.
    static func isLength(_ value: String) -> Bool {
        var lengths = value.split(separator: ",", omittingEmptySubsequences: false).map { part in
            part.drop { $0 == " " || $0 == "\t" }
        }
        for index in lengths.indices {
            while let last = lengths[index].last, last == " " || last == "\t" { lengths[index].removeLast() }
        }
        guard let first = lengths.first, lengths.allSatisfy({ $0 == first }) else { return false }
        return !first.isEmpty && first.utf8.allSatisfy { (0x30...0x39).contains($0) } && Int64(first) != nil
    }
}
