import Foundation

extension FaultServer.Behaviour {
    /// A good answer of two header lines and a body whose status line is this text, verbatim.
    ///
    /// URLSession on Linux: -1 for a line without a reason (`"HTTP/1.1 200"`); -1002 for an unknown version and for
    /// one that is no status line at all.
    public static func statusLine(_ line: String, body: String = "ok") -> Self {
        let fields = ["Content-Type: text/plain", "Content-Length: \(body.utf8.count)"]
        let bytes = Array(([line] + fields + ["", body]).joined(separator: "\r\n").utf8)
        return Self("status_line") { _ in [.send(bytes), .close] }
    }

    /// A good answer whose lines end with LF alone (which RFC 9112, section 2.2 lets a client accept), then FIN.
    ///
    /// URLSession on Linux: -1 ("Failed writing header").
    public static func lineFeedsOnly(_ body: String = "ok") -> Self {
        let bytes = Array("HTTP/1.1 200 OK\nContent-Length: \(body.utf8.count)\n\n\(body)".utf8)
        return Self("lf_only") { _ in [.send(bytes), .close] }
    }

    /// 200 with so many short header lines of different names.
    ///
    /// URLSession on Linux takes them, at the price of a Dispatch timer a line on the one thread of all sessions.
    public static func manyHeaders(count: Int, body: String = "ok") -> Self {
        let fields = (0..<max(count, 0)).map { ("X-N-\($0)", "\($0)") }
        return response(200, fields, Data(body.utf8)).named("many_headers")
    }

    /// An answer of HTTP/1.0, without a length and ended by FIN.
    ///
    /// URLSession on Linux: 200 with the right body.
    public static func http10(_ body: String = "ok") -> Self {
        let bytes = Array("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n\(body)".utf8)
        return Self("http_1_0") { _ in [.send(bytes), .close] }
    }

    /// A part of a response head, then RST.
    ///
    /// URLSession on Linux: -1005 (connection lost), unlike after a FIN in the same place, which ends the process.
    public static func resetInHead(_ bytes: String = "HTTP/1.1 200 OK\r\nContent-Le") -> Self {
        Self("reset_in_head") { _ in [.send(bytes), .reset] }
    }
}
