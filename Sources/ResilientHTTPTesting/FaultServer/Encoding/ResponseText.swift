/// The bytes of response heads and chunks.
enum ResponseText {
    /// A status line with its reason, the fields in order and the empty line.
    static func head(_ status: Int, _ fields: [(String, String)]) -> [UInt8] {
        head(status, lines: fields.map { Array("\($0.0): \($0.1)".utf8) })
    }

    /// A head of raw header lines, which need not be well-formed.
    static func head(_ status: Int, lines: [[UInt8]]) -> [UInt8] {
        var bytes = Array("HTTP/1.1 \(status) \(reason(status))\r\n".utf8)
        for line in lines { bytes += line + [13, 10] }
        return bytes + [13, 10]
    }

    /// One chunk of the chunked coding. The empty one would end the body.
    static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
    }

    /// The chunk that ends a body without trailers.
    static let lastChunk = "0\r\n\r\n"

    /// Never empty: Foundation on Linux refuses a status line without a reason.
    private static func reason(_ status: Int) -> String {
        reasons[status] ?? "Status"
    }

    private static let reasons = [
        100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints", 200: "OK",
        201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
        302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 412: "Precondition Failed", 413: "Content Too Large",
        417: "Expectation Failed", 418: "I'm a Teapot", 422: "Unprocessable Content", 425: "Too Early",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]
}
