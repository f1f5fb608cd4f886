public import ResilientHTTP

/// A transport for Linux on libcurl, driven by one event loop: the very library that Foundation has loaded already,
/// without what costs and breaks in Foundation's use of it.
///
/// It sends a request once, follows no redirect, keeps no cookie, cache or credential, and ends at the deadline, at
/// cancellation and at shutdown at once. Beside that:
///
/// - Requests and answers are streamed both ways with back-pressure: a slow reader slows the server down.
/// - Every timeout is kept to the millisecond, connecting has one of its own.
/// - Header fields come back as they were received, in their order, repeats as lines of their own; trailer fields, too.
/// - Answers tell of their connection: protocol, peer, whether it was kept, and where the time went.
/// - A request whose method is not idempotent (RFC 9110 §9.2.2) is never sent a second time, also not when a kept
///   connection turns out to be closed: it ends with `connectionLost`, perhaps delivered. Others may be repeated by
///   libcurl, a few times, while kept connections turn out to be closed or the server refuses them.
/// - A connection of HTTP/1.1 on which something comes while no request is under way ends at once, and is looked at again
///   before the next request goes on it (RFC 9112 §9.2). Over TLS, session tickets and new keys do not count where libcurl
///   uses OpenSSL 1.1 or later; with another library, or through an https proxy, they end the connection, too.
/// - HTTP/2 over TLS, certificates and keys of one's own, unix sockets, proxies when asked.
///
/// ```swift
/// let transport = try CurlTransport()
/// let client = try ResilientClient(configuration, dependencies: Dependencies(transport: transport))
/// ```
public final class CurlTransport: Transport {
    /// All there is; HTTP/2 unless it is turned off or libcurl lacks it.
    public let capabilities: TransportCapabilities

    #if os(Linux)
    private let loop: EventLoop

    /// Finds libcurl and starts the transport's thread.
    ///
    /// Throws `unsupported` where there is no libcurl 7.62 or later with what is needed (nor 7.83.0 and 7.83.1, which a
    /// folded header line makes write where they must not), and a `configuration` error
    /// that lists every problem.
    public convenience init(_ configuration: CurlConfiguration = CurlConfiguration()) throws {
        try configuration.validate()
        try self.init(configuration, library: CurlLibrary.loaded.get())
    }

    init(_ configuration: CurlConfiguration, library: CurlLibrary) throws {
        loop = try EventLoop(configuration, library)
        capabilities = TransportCapabilities(
            honoursDeadlines: true,
            streamsUploads: true,
            streamsDownloads: true,
            hasBackPressure: true,
            hasConnectTimeout: true,
            keepsTrailers: true,
            speaksHTTP2: configuration.usesHTTP2 && library.hasHTTP2,
            neverRepeats: true,
            callsIPv6Literals: true,
            limitsIdleConnections: true,
            setsDNSCacheTime: true,
            tellsConnections: true
        )
    }

    deinit {
        loop.close(nil)
    }

    /// Sends a request once and returns the answer, with its whole body or as a stream.
    ///
    /// Throws `CancellationError`; the context's deadline error, and `attemptTimeout` for the first-byte and idle
    /// timeouts; `invalidRequest` and `unsupported` for what cannot be sent; `responseTooLarge`; `clientClosed` after
    /// ``shutdown()``; and for failures on the wire `connectFailed`, `nameResolutionFailed`, `tlsFailed`,
    /// `connectionLost` and `protocolError`, each with whether the request reached the server.
    public func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        try context.checkIfOver()
        try OutgoingRules.check(request)
        let transfer = try Transfer(request, context)
        if transfer.upload?.length == 0 { try await transfer.upload?.checkPromiseOfNothing(context) }
        try loop.start(transfer)
        return try await transfer.answer.value(context, onEnd: { [loop] in loop.cancel(transfer) })
    }

    /// Ends what is under way with `clientClosed`, refuses everything from now on, and closes every connection. May be
    /// called more than once.
    public func shutdown() async {
        let ended = OneShot<Void>()
        loop.close(ended)
        try? await ended.value()
    }
    #else
    /// Throws `unsupported`: this platform's URLSession has none of the defects that this transport is for.
    public init(_ configuration: CurlConfiguration = CurlConfiguration()) throws {
        throw Self.unavailable
    }

    /// Throws `unsupported`.
    public func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        throw Self.unavailable
    }

    private static let unavailable = ResilientError(
        .unsupported,
        "CurlTransport is for Linux; use URLSessionTransport on this platform",
        reachedServer: .no
    )
    #endif
}
