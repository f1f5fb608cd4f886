public import Foundation

/// Answers that are read as they arrive.
extension ResilientClient {
    /// Sends a request and returns as soon as the head of the answer is there, whatever its status.
    ///
    /// Up to the head everything is as with ``send(_:options:)``: retries, redirects, the attempt timeout. From there
    /// on nothing is sent again; the idle timeout and the total timeout bound the rest. A transport without
    /// `streamsDownloads` returns when all of the body has come.
    ///
    /// Throws ``ResilientError`` when there is no answer, and `CancellationError` when the task is cancelled. Reading
    /// the stream throws the same.
    @concurrent
    public func stream(_ request: ClientRequest, options: RequestOptions = RequestOptions()) async throws
        -> ResponseStream
    {
        ResponseStream(try await open(request, options: options))
    }

    /// Sends a request to an endpoint and returns as soon as the head of the answer is there.
    ///
    /// As the other verbs, it throws `status` for an answer of 400 and above, with the first bytes of its body.
    @concurrent
    public func stream(
        _ method: ClientRequest.Method = .get,
        _ endpoint: String,
        body: RequestBody = .empty,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ResponseStream {
        let request = try request(method, to: endpoint, query: query, headers: headers, body: body)
        return ResponseStream(try await open(request, options: options).checked(as: request))
    }

    /// The call ends with the body.
    func open(_ request: ClientRequest, options: RequestOptions) async throws -> ClientResponse {
        let body = BodyMode.stream(limit: responseLimit(options), buffer: options.streamBuffer)
        let call = try begin(request, options, body: body)
        let response: ClientResponse
        do {
            response = try await perform(request, call)
        } catch {
            calls.end(call)
            throw error
        }
        response.body.onEnd { [calls] _ in
            call.noteEnd()
            calls.end(call)
        }
        return response
    }
}
