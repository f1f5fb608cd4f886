import Dispatch
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The default transport: Foundation's URLSession, on every platform.
///
/// It sends a request once, follows no redirect, keeps no cookie, cache or credential, and ends at the deadline, at
/// cancellation and at shutdown at once. On Linux it works around the defects of FoundationNetworking; what cannot be
/// worked around is better done by CurlTransport (product ResilientCurl):
///
/// - **Response trailers, and a server that closes within a response head, end the process** (Swift 6.3.1, #5285).
/// - Rarely, a connection that ends while Foundation is about to close it ends the process inside Dispatch
///   (swift-corelibs-foundation #4791): once in many thousand resets.
/// - A truncated gzip body whose Content-Length is right arrives as a success with a part of the body.
/// - Every session of the process shares one thread: about 3,000 requests/s a process.
/// - There is no back-pressure. A streamed body whose reader falls behind by the call's `stream_buffer` (16 MiB; of a
///   download 64 MiB) ends with `responseTooLarge`. A body over the call's response limit ends the call at once, but
///   what the socket holds of it is still unpacked on that one thread: a gzip bomb stalls every session for as long as
///   that takes.
/// - IPv6 literals and abbreviated IPv4 addresses are refused with `unsupported`.
/// - Request bodies are sent from memory or from a file; a streamed one is collected first, at most 64 MiB.
/// - The environment's proxy variables are honoured; there is no setting for them.
/// - A GET or another idempotent request without a body is repeated by libcurl itself, on a new connection, when a
///   kept-alive one turns out to be closed (RFC 9110 §9.2.2 allows it). All others are sent once; POST and other
///   non-idempotent requests without a body pay for that with a connection each.
///
/// The rules that comments here count are explained in <doc:URLSessionOnLinux>.
///
/// ```swift
/// let transport = URLSessionTransport(pool: pool)
/// let client = try ResilientClient(configuration, dependencies: Dependencies(transport: transport))
/// ```
public final class URLSessionTransport: Transport {
    /// Honours deadlines, delivers bodies as they arrive, speaks HTTP/2 over TLS, never repeats what must not be
    /// repeated; nothing else.
    public let capabilities = TransportCapabilities(
        honoursDeadlines: true,
        streamsDownloads: true,
        speaksHTTP2: true,
        neverRepeats: true
    )

    private let pool: PoolConfiguration
    private let limiter: ConnectionLimiter
    private let exchanges = ExchangeRegistry()
    /// Shared by the sessions: each call on them waits for the one queue that URLSession has (rule 3).
    private let queue: DispatchQueue
    private let host: SessionHost

    /// Makes a transport with a session of its own.
    ///
    /// Of the pool's settings ``PoolConfiguration/maxConnections`` and ``PoolConfiguration/maxPerHost`` are kept, by
    /// a first-come queue of our own; URLSession has no setting for the others.
    public init(pool: PoolConfiguration = PoolConfiguration()) {
        self.pool = pool
        limiter = ConnectionLimiter(total: pool.maxConnections, perOrigin: pool.maxPerHost)
        queue = DispatchQueue(label: "ResilientHTTP.URLSessionTransport")
        host = SessionHost(Self.configuration(pool), queue: queue)
    }

    deinit {
        host.finish()
    }

    /// Sends a request once and returns the answer, with its whole body or as a stream.
    ///
    /// Throws `CancellationError`; the context's deadline error, and `attemptTimeout` for the first-byte and idle
    /// timeouts; `invalidRequest` and `unsupported` for what cannot be sent; `responseTooLarge`; `clientClosed` after
    /// ``shutdown()``; and for failures on the wire `connectFailed`, `nameResolutionFailed`, `tlsFailed`,
    /// `connectionLost` and `protocolError`, each with whether the request reached the server.
    public func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        // Rule 16: URLSession sends also what was cancelled beforehand.
        try context.checkIfOver()
        let origin = try OutgoingRules.check(request)
        try OutgoingRules.checkHost(origin.host)
        // The body first: a slow one must not keep a place that others wait for.
        let collected = try await BodyCollector(request.body)?.collect(context: context)
        let place = try await limiter.acquire(origin, context: context)
        let outgoing = try OutgoingRequest(request, collected: collected, context: context)
        guard outgoing.needsFreshSession else {
            return try await exchange(Exchange(outgoing, context: context, place: place, host: host), context)
        }
        let fresh = SessionHost(Self.configuration(pool), queue: queue)
        return try await exchange(Exchange(outgoing, context: context, place: place, host: fresh), context) {
            fresh.finish()
        }
    }

    /// Ends what is under way with `clientClosed`, refuses everything from now on, and lets the session close its
    /// connections. May be called more than once.
    public func shutdown() async {
        limiter.close()
        for exchange in exchanges.close() { exchange.fail(CallRegistry.closed) }
        let finished = OneShot<Void>()
        host.finish { finished.resolve(.success(())) }
        try? await finished.value()
    }

    /// - Parameter whenDone: called when the answer's body has ended, or there is none.
    private func exchange(
        _ exchange: Exchange,
        _ context: RequestContext,
        whenDone: @escaping @Sendable () -> Void = {}
    ) async throws -> ClientResponse {
        do {
            try exchanges.begin(exchange)
            exchange.start()
            let response = try await context.call.interruptible(exchange.result, onEnd: { exchange.abandon() })
            guard response.body.isStream else {
                exchanges.end(exchange)
                whenDone()
                return response
            }
            response.body.onEnd { [exchanges] _ in
                exchanges.end(exchange)
                whenDone()
            }
            return response
        } catch {
            exchanges.end(exchange)
            whenDone()
            throw error
        }
    }

    /// Rule 2: nothing is stored, and no header line is looked at for cookies (which would double the cost).
    private static func configuration(_ pool: PoolConfiguration) -> URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.urlCredentialStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpMaximumConnectionsPerHost = pool.maxPerHost
        return configuration
    }
}

extension URLSessionTransport {
    /// How many requests are on the wire, for tests.
    var placesTaken: Int { limiter.counts.used }
    /// How many requests wait for their turn, for tests.
    var placesWaitedFor: Int { limiter.counts.waiting }
    /// How many requests have been handed to a session, for tests.
    var exchangesUnderWay: Int { exchanges.count }
}
