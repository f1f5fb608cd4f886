/// The rules of RFC 9110 and RFC 9112 that a request must keep so that it is read by every server as one request,
/// and as the one that was meant.
package enum MessageRules {
    /// Adds what is wrong with the method, with the header fields, and with method, fields and body together.
    package static func check(_ request: ClientRequest, maxHeaderBytes: Int, into problems: inout [String]) {
        if !Grammar.isToken(request.method.rawValue) { problems.append("the method is not a token (RFC 9110 §9.1)") }
        var bytes = 0
        var hosts = 0
        var lengths = 0
        for field in request.headers {
            bytes += field.name.rawName.utf8.count + field.value.utf8.count + 4
            if !Grammar.isFieldValue(field.value) {
                problems.append(
                    "the value of \(field.name) contains a control character or surrounding white space "
                        + "(RFC 9110 §5.5)"
                )
            }
            guard framingLengths >> UInt64(min(63, field.name.canonicalName.utf8.count)) & 1 == 1 else { continue }
            switch field.name.canonicalName {
            case "host":
                hosts += 1
            case "transfer-encoding", "trailer", "upgrade", "connection", "keep-alive", "proxy-connection":
                problems.append("\(field.name) belongs to the connection and is set by the transport")
            case "content-length":
                lengths += 1
                if request.body.length.map(String.init) != field.value {
                    problems.append("Content-Length does not agree with the body; leave it to the transport")
                }
            default:
                break
            }
        }
        if hosts > 1 { problems.append("there is more than one Host field") }
        if lengths > 1 { problems.append("there is more than one Content-Length field") }
        if bytes > maxHeaderBytes { problems.append("the header fields are larger than \(maxHeaderBytes) bytes") }
        checkBody(request, into: &problems)
    }

    /// A bit for the length of each name below: most fields are of another length, and every call checks every field.
    private static let framingLengths: UInt64 = [4, 7, 10, 14, 16, 17].reduce(0) { $0 | 1 << $1 }

    private static func checkBody(_ request: ClientRequest, into problems: inout [String]) {
        if let type = request.body.contentType, !Grammar.isFieldValue(type) {
            problems.append("the body's content type contains a control character or surrounding white space")
        }
        switch request.method {
        case .connect:
            problems.append("CONNECT makes a tunnel, which this client does not")
        case .get, .head, .trace:
            if !request.body.isEmpty {
                problems.append("\(request.method) has no body (RFC 9110 §9.3); send POST, or put it into the query")
            }
        default:
            break
        }
    }
}

extension HeaderFields.Name {
    fileprivate static let keepAlive = Self(constant: "Keep-Alive")
    fileprivate static let proxyConnection = Self(constant: "Proxy-Connection")
}
