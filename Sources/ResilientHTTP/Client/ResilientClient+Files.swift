public import Foundation

#if canImport(FoundationNetworking)
public import FoundationNetworking
#endif

/// Bodies from and to files, as URLSession has them, with progress.
extension ResilientClient {
    /// Loads the answer of a request into a file, as `URLSession.download(for:)` does: without a destination every
    /// status is an answer.
    ///
    /// The file is written as the body arrives and appears in its place when it is complete. A body that breaks is an
    /// attempt that failed: it is tried again from the start, where the request may be sent again. As with streams the
    /// attempt timeout ends with the head; the idle and the total timeout bound the rest.
    ///
    /// - Parameters:
    ///   - request: what to load.
    ///   - destination: where the file goes, over one that is there; its directory must exist. Only a success goes
    ///     there: any other status is thrown as `status`, and what is there stays. Default: a new file in the temporary
    ///     directory, which is the caller's to remove.
    ///   - progress: called after each chunk, by the task that downloads; the total is the Content-Length, where the
    ///     server says one. A new attempt begins at zero.
    ///   - options: what the call wants otherwise than the client.
    /// - Returns: where the file is, and the answer's head.
    ///
    /// Throws ``ResilientError``, `fileFailed` when the file cannot be written, which is not tried again; when it cannot
    /// be created nothing is sent. Nothing of a failed download is left.
    @concurrent
    public func download(
        for request: URLRequest,
        to destination: URL? = nil,
        options: RequestOptions = RequestOptions(),
        progress: (@Sendable (TransferProgress) -> Void)? = nil
    ) async throws -> (URL, URLResponse) {
        let request = try URLRequestBridge(request)
        let (url, response) = try await download(
            request.request,
            to: destination,
            options: request.options(over: options),
            progress: progress
        )
        return (url, try URLRequestBridge.urlResponse(response))
    }

    /// Loads the answer of a request into a file; see ``download(for:to:options:progress:)``.
    @concurrent
    public func download(
        _ request: ClientRequest,
        to destination: URL? = nil,
        options: RequestOptions = RequestOptions(),
        progress: (@Sendable (TransferProgress) -> Void)? = nil
    ) async throws -> (URL, ClientResponse) {
        if let destination, !destination.isFileURL {
            throw ResilientError(.invalidRequest, "the download's destination is not a file's URL", reachedServer: .no)
        }
        let id = requestIDs.next()
        let file = DownloadFile(for: destination, id: id, onProgress: progress)
        let body = BodyMode.stream(limit: responseLimit(options), buffer: options.streamBuffer)
        let call = try begin(request, options, body: body, id: id, download: file)
        defer { calls.end(call) }
        do {
            try file.create()
        } catch var error as ResilientError {
            error.describe(call)
            throw error
        }
        do {
            var response = try await perform(request, call)
            if destination != nil, !response.status.isSuccess { throw try await Self.refusal(response, to: request) }
            // An answer that is no success, or one that a stage has made or changed by itself.
            if !response.isInFile || response.body.isStream || !response.data.isEmpty {
                response.body = try await file.receive(response)
            }
            return (try file.deliver(to: destination), response)
        } catch {
            file.discard()
            guard var error = error as? ResilientError else { throw error }
            error.describe(call)
            throw error
        }
    }

    /// The error for an answer that must not take the place of a good file, with the first bytes of its body.
    @inline(never)
    private static func refusal(_ response: ClientResponse, to request: ClientRequest) async throws -> ResilientError {
        var response = response
        response.body = .bytes(try await response.body.beginning(ResilientError.bodyPrefixLimit))
        return ResilientError.status(of: response, to: request)
    }

    /// Sends a file as the body of a request, as `URLSession.upload(for:fromFile:)` does: every status is an answer.
    ///
    /// The file is read as it is sent and sent anew with every attempt. Throws `invalidRequest` when it is no readable
    /// file; nothing is sent then.
    ///
    /// - Parameters:
    ///   - request: where to send it, and how.
    ///   - file: what to send.
    ///   - options: what the call wants otherwise than the client.
    ///   - progress: called as the transport sends the body, from any thread, with the bytes so far and the file's
    ///     length. A new attempt begins at zero.
    @concurrent
    public func upload(
        for request: URLRequest,
        fromFile file: URL,
        options: RequestOptions = RequestOptions(),
        progress: (@Sendable (TransferProgress) -> Void)? = nil
    ) async throws -> (Data, URLResponse) {
        let length = Int64(try RequestBody.length(of: file))
        let known = progress.map { progress in
            { @Sendable (sent: TransferProgress) in
                progress(TransferProgress(completed: sent.completed, total: sent.total ?? length))
            }
        }
        return try await upload(request, .file(file, contentType: nil), options, known)
    }

    /// Sends data as the body of a request, as `URLSession.upload(for:from:)` does: every status is an answer.
    ///
    /// - Parameters:
    ///   - request: where to send it, and how.
    ///   - body: what to send.
    ///   - options: what the call wants otherwise than the client.
    ///   - progress: called as the transport sends the body, from any thread. A new attempt begins at zero.
    @concurrent
    public func upload(
        for request: URLRequest,
        from body: Data,
        options: RequestOptions = RequestOptions(),
        progress: (@Sendable (TransferProgress) -> Void)? = nil
    ) async throws -> (Data, URLResponse) {
        try await upload(request, .bytes(body, contentType: nil), options, progress)
    }

    private func upload(
        _ request: URLRequest,
        _ body: RequestBody,
        _ options: RequestOptions,
        _ progress: (@Sendable (TransferProgress) -> Void)?
    ) async throws -> (Data, URLResponse) {
        let bridge = try URLRequestBridge(request)
        var request = bridge.request
        request.body = body
        let response = try await execute(request, options: bridge.options(over: options), onUpload: progress)
        return (response.data, try URLRequestBridge.urlResponse(response))
    }
}
