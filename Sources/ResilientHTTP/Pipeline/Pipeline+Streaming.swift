import Foundation

extension Pipeline {
    /// The most bytes that are read of an answer that is no success before it is handed on.
    private static var peekLimit: Int { 64 << 10 }

    /// Puts a body that is still arriving under the call's rules.
    ///
    /// Of an answer that is no success the body belongs to the attempt, as far as it is short: stages decide by it
    /// (a quota that is used up), errors show it, and its connection can be used again after a redirect or a retry.
    static func opened(_ response: ClientResponse, limit: Int, buffer: Int?, _ context: RequestContext) async throws
        -> ClientResponse
    {
        var response = response
        let stream: BodyStream
        switch response.body.storage {
        case .bytes(let data):
            guard data.count <= limit else { throw ResponseBody.tooLarge(limit) }
            return response
        case .chunks(let chunks):
            stream = BodyStream(
                BodyPump.channel(of: chunks, context, capacity: buffer ?? BodyChannel.defaultCapacity)
            )
            response.body = ResponseBody(storage: .channel(stream))
        case .channel(let channel):
            stream = channel
        }
        let channel = stream.channel
        channel.govern(by: BodyRules(context, limit: limit))
        if !response.status.isSuccess {
            channel.setDeadline(context.deadline)
            if let data = try await channel.peek(peekLimit) {
                response.body = .bytes(data)
                return response
            }
        }
        channel.setDeadline(context.call.totalDeadline)
        return response
    }
}

extension BodyChannel {
    /// The whole body when it is no longer than `limit`; else nil, and what was read is put back.
    fileprivate func peek(_ limit: Int) async throws -> Data? {
        var data = Data()
        while let chunk = try await next() {
            data.append(chunk)
            guard data.count <= limit else {
                unread(data)
                return nil
            }
        }
        return data
    }
}
