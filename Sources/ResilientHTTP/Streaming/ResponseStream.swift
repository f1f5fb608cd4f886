public import Foundation

/// An answer whose body is read as it arrives.
///
/// ```swift
/// let stream = try await client.stream(request)
/// for try await chunk in stream { parse(chunk) }
/// ```
///
/// It is read once, by one task; a second loop goes on where the first stopped. A body that is cut throws: an end is a
/// complete body. Letting go of every copy before its end, or cancelling the task that reads it, frees the connection at
/// once; until then it belongs to the client's ``ResilientClient/callsInFlight``.
public struct ResponseStream: AsyncSequence, Sendable {
    /// Chunks, of any size but empty.
    public typealias Element = Data
    /// A ``ResilientError`` or `CancellationError`.
    public typealias Failure = any Error

    /// The answer, its body still arriving.
    public let response: ClientResponse

    /// Shows a response as a stream; one whose body is in memory gives it as one chunk.
    public init(_ response: ClientResponse) {
        self.response = response
    }

    /// The status.
    public var status: ClientResponse.Status { response.status }
    /// The header fields as received.
    public var headers: HeaderFields { response.headers }
    /// The trailer fields, when the body has been read to its end; see ``ResponseBody/trailers``.
    public var trailers: HeaderFields { response.trailers }
    /// The URL that answered, after redirects.
    public var url: URL? { response.url }
    /// The call's request id.
    public var requestID: RequestID? { response.requestID }

    /// Begins to read.
    public func makeAsyncIterator() -> ResponseBody.Iterator {
        response.body.makeAsyncIterator()
    }

    /// Reads what is left of the body into memory.
    ///
    /// Throws what breaks the body, and `responseTooLarge` beyond `limit` bytes.
    public func collect(limit: Int = .max) async throws -> Data {
        do {
            return try await response.body.collect(limit: limit)
        } catch var error as ResilientError {
            if let call = response.call { error.describe(call) }
            throw error
        }
    }
}
