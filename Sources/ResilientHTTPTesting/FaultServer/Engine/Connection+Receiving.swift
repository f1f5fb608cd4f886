import Foundation

extension Connection {
    /// Parses the next request's head. `false` when it has not arrived.
    func takeHead(now: UInt64) -> Bool {
        // RFC 9112, section 2.2: empty lines before a request line are ignored.
        let blank = input.prefix { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }.count
        if blank > 0 { input.removeFirst(blank) }
        guard let length = headLength() else {
            searched = max(0, input.count - 3)
            if input.count > state.configuration.headerLimit { refuse(431, "header block too large") }
            return !steps.isEmpty
        }
        searched = 0
        let bytes = input[..<length]
        guard length <= state.configuration.headerLimit else {
            refuse(431, "header block too large")
            return true
        }
        do throws(RequestHead.Malformed) {
            accept(try RequestHead(bytes), bytes: Data(bytes), now: now)
            input.removeFirst(length)
        } catch {
            refuse(400, error.reason)
        }
        return true
    }

    /// Feeds the current request's body.
    func takeBody() {
        guard var current = incoming, !current.body.isDone, !hasRefused else { return }
        // Only one owner, or every append would copy the body.
        incoming = nil
        let limit = state.configuration.maximumRecordedBodyBytes
        var decoder = current.body
        do throws(RequestHead.Malformed) {
            let used = try decoder.decode(input) { piece in
                current.request.bodyBytes += piece.count
                let room = limit - current.request.body.count
                if room > 0 { current.request.body.append(contentsOf: piece.prefix(room)) }
            }
            input.removeFirst(used)
        } catch {
            incoming = current
            return refuse(400, error.reason)
        }
        current.body = decoder
        if decoder.isDone {
            current.request.isComplete = true
            state.ended(current.request)
        }
        incoming = current
        if current.request.bodyBytes > state.configuration.bodyLimit { refuse(413, "body too large") }
    }

    private func accept(_ head: RequestHead, bytes: Data, now: UInt64) {
        let (path, query) = head.pathAndQuery
        var request = FaultServer.ReceivedRequest(
            connection: id,
            port: port,
            method: head.method,
            target: head.target,
            path: path,
            query: query,
            headers: head.headers,
            rawHead: bytes,
            receivedAt: now
        )
        let behaviour = state.arrived(&request)
        let body = BodyDecoder(head.framing)
        if body.isDone {
            request.isComplete = true
            state.ended(request)
        }
        incoming = Incoming(request: request, head: head, body: body, behaviour: behaviour)
        if case .length(let length) = head.framing, length > state.configuration.bodyLimit {
            return refuse(413, "body too large")
        }
        // A client that expects 100 may have sent body bytes already; then it does not wait any more.
        if head.expectsContinue, !body.isDone, !behaviour.startsAtHead, input.count == bytes.count {
            sending += Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        }
    }

    /// Answers by itself and closes, because the request breaks the protocol or a limit.
    private func refuse(_ status: Int, _ reason: String) {
        guard !hasRefused else { return }
        hasRefused = true
        state.refused()
        // An early answer that is under way cannot be taken back; the refusal is only the close then.
        if let incoming, incoming.isAnswering {
            steps = [.close]
            return
        }
        let body = Array("\(reason)\n".utf8)
        let fields = [("Content-Type", "text/plain"), ("Content-Length", "\(body.count)"), ("Connection", "close")]
        steps = [.close, .send(ResponseText.head(status, fields) + body)]
        sending = []
        incoming?.isAnswering = true
    }

    private func headLength() -> Int? {
        input.withUnsafeBufferPointer { bytes in
            var index = searched
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "\n"), index > 0 {
                    let before = bytes[index - 1]
                    if before == UInt8(ascii: "\n") { return index + 1 }
                    if before == UInt8(ascii: "\r"), index > 1, bytes[index - 2] == UInt8(ascii: "\n") {
                        return index + 1
                    }
                }
                index += 1
            }
            return nil
        }
    }
}
