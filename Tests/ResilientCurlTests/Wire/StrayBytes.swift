#if os(Linux)
import ResilientHTTP
import Testing

/// What a server sends that belongs to no request, after it has answered one.
enum StrayBytes: String, CaseIterable, CustomTestStringConvertible {
    case response, emptyLine, timeout, goodbye
    case bodyOfHead, bodyOf204, bodyOf304, bodyOfNone
    case behindChunks

    var testDescription: String { rawValue }

    /// The method of the request before.
    var method: ClientRequest.Method { self == .bodyOfHead ? .head : .get }

    /// The right answer to the request before.
    func answer(_ name: String) -> String {
        switch self {
        case .bodyOfHead: "HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n"
        case .bodyOf204: "HTTP/1.1 204 No Content\r\n\r\n"
        case .bodyOf304: "HTTP/1.1 304 Not Modified\r\n\r\n"
        case .bodyOfNone: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        case .behindChunks:
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(String(name.utf8.count, radix: 16))\r\n\(name)\r\n"
                + "0\r\n\r\n"
        default: "HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)"
        }
    }

    /// What comes afterwards, unasked.
    var bytes: String {
        switch self {
        case .response, .behindChunks: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
        case .emptyLine: "\r\n"
        case .timeout: "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        case .goodbye: ""
        case .bodyOfHead, .bodyOf204, .bodyOf304, .bodyOfNone: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
        }
    }

    /// Whether the connection ends then.
    var ends: Bool { self == .timeout || self == .goodbye }
}
#endif
