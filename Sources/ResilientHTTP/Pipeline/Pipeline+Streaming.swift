import Foundation

extension Pipeline {
    /// The most bytes that are read of an answer that is no success before it is handed on.
    private static var peekLimit: Int { 64 << 10 }

    /// Puts a body that is still arriving under the call's rules.
    ///
    /// Of an answer that is no success the body belongs to the attempt, as far as it is short: stages decide by it
    /// (a quota that is used up), errors show it, and its connection can be used again after a redirect or a retry.
    static func opened(_ response: ClientResponse, _ context: RequestContext) async throws -> ClientResponse {
        var response = response
        guard let channel = governed(&response.body, context) else {
            let limit = context.body.limit
            guard response.data.count <= limit else { throw ResponseBody.tooLarge(limit) }
            return response
        }
        if !response.status.isSuccess {
            channel.setDeadline(context.deadline)
            if let data = try await channel.peek(peekLimit) {
                response.body = .bytes(data, trailers: channel.trailers)
                return response
            }
        }
        channel.setDeadline(context.call.totalDeadline)
        return response
    }

    /// Puts a body of a stage outside the attempts under the rules of the call.
    static func bounded(_ body: ResponseBody, deadline: Deadline?, _ context: RequestContext) -> ResponseBody {
        var body = body
        governed(&body, context)?.setDeadline(deadline)
        return body
    }

    /// Puts a body under the call's rules; chunks of somebody else's are read into a channel for that. Nil for bytes.
    private static func governed(_ body: inout ResponseBody, _ context: RequestContext) -> BodyChannel? {
        let channel: BodyChannel
        switch body.storage {
        case .channel(let stream):
            channel = stream.channel
        case .chunks(let chunks):
            channel = BodyPump.channel(
                of: chunks,
                context,
                capacity: context.body.buffer ?? BodyChannel.defaultCapacity
            )
            body = .channel(channel)
        case .bytes:
            return nil
        }
        channel.govern(by: BodyRules(context))
        return channel
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
