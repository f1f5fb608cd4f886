import Dispatch
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The default transport: Foundation's URLSession, on every platform.
///
/// It sends a request once, follows no redirect, keeps no cookie, cache or credential, and ends at the deadline, at
/// cancellation and at shutdown at once.
///
/// On Linux it works around the defects of FoundationNetworking as far as that goes. What stays is a reason to use
/// CurlTransport (product ResilientCurl) in servers: **a server can end the process** (trailer fields, a connection
/// closed within a head, an absurd Content-Length), bytes that come unasked on an idle connection answer the next
/// request, all sessions share one thread which one hostile response can hold for seconds, and there is no
/// back-pressure but of downloads. <doc:URLSessionOnLinux> has the whole list, and the rules that comments here count.
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
    let router: SessionRouter
    private let names: NameLookups

    /// Makes a transport with a session of its own.
    ///
    /// Of the pool's settings ``PoolConfiguration/maxConnections`` and ``PoolConfiguration/maxPerHost`` are kept, by
    /// a first-come queue of our own; URLSession has no setting for the others.
    public convenience init(pool: PoolConfiguration = PoolConfiguration()) {
        self.init(pool: pool, names: NameLookups())
    }

    init(pool: PoolConfiguration, names: NameLookups) {
        self.pool = pool
        self.names = names
        limiter = ConnectionLimiter(total: pool.maxConnections, perOrigin: pool.maxPerHost)
        let queue = DispatchQueue(label: "ResilientHTTP.URLSessionTransport")
        self.queue = queue
        router = SessionRouter { SessionHost(Self.configuration(pool), queue: queue) }
    }

    deinit {
        router.finish()
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
        try await names.wait(for: origin, context: context)
        let place = try await limiter.acquire(origin, context: context)
        let outgoing = try OutgoingRequest(request, collected: collected, context: context)
        guard outgoing.needsFreshSession else {
            let host = router.host(for: origin)
            let router = origin.scheme == "https" ? router : nil
            return try await exchange(
                Exchange(outgoing, context: context, place: place, host: host, router: router),
                context
            )
        }
        let fresh = SessionHost(Self.configuration(pool), queue: queue)
        fresh.beginUse()
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
        router.finish { finished.resolve(.success(())) }
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
    /// How many requests wait for their host's name to be looked up, for tests.
    var namesWaitedFor: Int { names.counts.waiting }
    /// How many requests have been handed to a session, for tests.
    var exchangesUnderWay: Int { exchanges.count }
}
