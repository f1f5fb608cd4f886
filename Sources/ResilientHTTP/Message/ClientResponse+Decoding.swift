public import Foundation

extension ClientResponse {
    /// Decodes the body as JSON.
    ///
    /// Throws `decoding` with the path to what is wrong and the first bytes of the body. A body that cannot be
    /// decoded is an answer and is never retried.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self,
        decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        do {
            return try decoder.decode(type, from: data)
        } catch {
            let what = data.isEmpty ? "the body is empty" : CodingProblem(error).text
            var wrapped = ResilientError(.decoding, "the answer is not a \(type): \(what)", cause: error)
            wrapped.describe(self)
            if let call { wrapped.describe(call) }
            throw wrapped
        }
    }

    /// Decodes the body as JSON, or returns nil when there is none, as after a 204.
    public func decodeIfPresent<Value: Decodable>(
        _ type: Value.Type = Value.self,
        decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value? {
        data.isEmpty ? nil : try decode(type, decoder: decoder)
    }
}
