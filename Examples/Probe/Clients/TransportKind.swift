import ResilientCurl
import ResilientHTTP

/// What puts a client's requests on the wire.
enum TransportKind: String, CaseIterable, Sendable {
    case urlsession
    case curl
    case mock

    /// The transport on the network; curl only where there is one.
    ///
    /// Throws `unsupported`.
    func make(_ pool: PoolConfiguration) throws -> any Transport {
        guard self == .curl else { return URLSessionTransport(pool: pool) }
        var configuration = CurlConfiguration()
        configuration.pool = pool
        return try CurlTransport(configuration)
    }
}
