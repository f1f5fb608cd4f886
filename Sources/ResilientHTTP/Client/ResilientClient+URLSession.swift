public import Foundation

#if canImport(FoundationNetworking)
public import FoundationNetworking
#endif

/// URLSession's own calls, so that code written for it needs a new receiver and nothing else.
extension ResilientClient {
    /// Loads the data of a request, as `URLSession.data(for:)` does: every status is an answer.
    ///
    /// The request's `timeoutInterval`, where it is not URLSession's default of 60 s, bounds the wait for the head and
    /// between two pieces of the body. Throws ``ResilientError``; its `urlError` is the nearest `URLError`.
    @concurrent
    public func data(
        for request: URLRequest,
        options: RequestOptions = RequestOptions()
    ) async throws -> (Data, URLResponse) {
        let (request, options) = try Self.parts(of: request, options)
        return try Self.answer(try await execute(request, options: options))
    }

    // Not inlined: a call that waits would hold the room that they need.

    @inline(never)
    private static func parts(of request: URLRequest, _ options: RequestOptions) throws
        -> (ClientRequest, RequestOptions)
    {
        let bridge = try URLRequestBridge(request)
        return (bridge.request, bridge.options(over: options))
    }

    @inline(never)
    private static func answer(_ response: ClientResponse) throws -> (Data, URLResponse) {
        (response.data, try URLRequestBridge.urlResponse(response))
    }

    /// Loads the data of a URL, as `URLSession.data(from:)` does.
    @concurrent
    public func data(
        from url: URL,
        options: RequestOptions = RequestOptions()
    ) async throws -> (Data, URLResponse) {
        try await data(for: URLRequest(url: url), options: options)
    }
}
