public import Foundation

/// A real HTTP/1.1 server on 127.0.0.1 that answers as scripted: well, badly, slowly or not at all.
///
/// For tests of code that uses a network client. What a request gets is chosen by its path and by how many requests
/// for that path came before; what arrived is recorded.
///
/// ```swift
/// try await FaultServer.withServer { server in
///     server.script("/orders", [.resetBeforeHead(), .unavailable(retryAfterSeconds: 0), .ok])
///     // … a client calls server.url …
///     #expect(server.completeRequests(path: "/orders") == 3)
/// }
/// ```
///
/// One thread serves any number of connections. It ends with `stop()`, or when the last reference is gone.
public final class FaultServer: Sendable {
    /// The port of `url`.
    public let port: Int
    /// The port of `alternateURL`.
    public let alternatePort: Int
    let state: ServerState

    private init(_ configuration: Configuration, pipe: WakePipe, listeners: (Listener, Listener)) {
        port = listeners.0.port
        alternatePort = listeners.1.port
        let state = ServerState(configuration, pipe: pipe)
        self.state = state
        // The thread holds the state and not the server, so that `deinit` can end it.
        let thread = Thread {
            var loop = EventLoop(state: state, pipe: pipe, listeners: [listeners.0, listeners.1])
            loop.run()
        }
        thread.name = "FaultServer"
        thread.start()
    }

    deinit {
        state.requestStop()
    }

    /// Starts listening on two ports of 127.0.0.1; the second is there for redirects to another origin.
    ///
    /// - Throws: `FaultServerError` of code `systemCall`.
    public static func start(_ configuration: Configuration = .init()) throws -> FaultServer {
        let pipe = try WakePipe()
        var opened: [Listener] = []
        do {
            for port in [configuration.port, nil] {
                opened.append(
                    try Listener(
                        port: port,
                        backlog: configuration.backlog,
                        receiveBufferBytes: configuration.receiveBufferBytes
                    )
                )
            }
        } catch {
            for listener in opened { listener.socket.close() }
            pipe.close()
            throw error
        }
        return FaultServer(configuration, pipe: pipe, listeners: (opened[0], opened[1]))
    }

    /// Starts a server, runs `body` with it, and stops it in any case.
    ///
    /// - Throws: what `start(_:)` and `body` throw.
    public static func withServer<Result>(
        _ configuration: Configuration = .init(),
        _ body: (FaultServer) async throws -> Result
    ) async throws -> Result {
        let server = try start(configuration)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// `http://127.0.0.1:port`, without a path.
    public var url: URL { Self.url(port) }

    /// The same server as another origin: `http://127.0.0.1:alternatePort`.
    public var alternateURL: URL { Self.url(alternatePort) }

    /// Closes every connection and ends the thread; returns when all descriptors are closed. May be called again.
    ///
    /// Pending `waitFor…` calls throw `FaultServerError` of code `stopped`. The records stay readable.
    public func stop() async {
        await state.stop()
    }

    private static func url(_ port: Int) -> URL {
        var parts = URLComponents()
        parts.scheme = "http"
        parts.host = "127.0.0.1"
        parts.port = port
        // A fixed scheme, host and port always make a URL.
        return parts.url ?? URL(filePath: "/")
    }
}
