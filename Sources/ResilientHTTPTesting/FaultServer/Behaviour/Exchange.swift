extension FaultServer {
    /// What a behaviour knows when it makes its steps.
    struct Exchange {
        let request: ReceivedRequest
        /// Whether the connection is closed after the answer; the head then says so.
        let closes: Bool
        /// The server's port that the request did not come to.
        let otherPort: Int

        /// Whether the answer has a body at all (RFC 9112, section 6.3).
        func hasBody(_ status: Int) -> Bool {
            request.method != "HEAD" && status >= 200 && status != 204 && status != 304
        }

        /// A head with `Connection: close` where it applies.
        func head(_ status: Int, _ fields: [(String, String)]) -> [UInt8] {
            ResponseText.head(status, fields + connectionField)
        }

        /// A head of raw lines, with `Connection: close` where it applies.
        func head(_ status: Int, lines: [[UInt8]]) -> [UInt8] {
            ResponseText.head(status, lines: lines + connectionField.map { Array("\($0.0): \($0.1)".utf8) })
        }

        /// A head with a Content-Length where the status has one.
        func head(_ status: Int, _ fields: [(String, String)], contentLength: Int) -> [UInt8] {
            let hasLength = status >= 200 && status != 204 && status != 304
            return head(status, fields + (hasLength ? [("Content-Length", "\(contentLength)")] : []))
        }

        /// A whole and correct answer.
        func answer(_ status: Int, _ fields: [(String, String)], _ body: [UInt8]) -> [Step] {
            let head = head(status, fields, contentLength: body.count)
            guard hasBody(status), !body.isEmpty else { return [.send(head)] }
            // A small answer goes out in one segment; a large body is not copied.
            return body.count < 16 << 10 ? [.send(head + body)] : [.send(head), .send(body)]
        }

        private var connectionField: [(String, String)] {
            closes ? [("Connection", "close")] : []
        }
    }
}
