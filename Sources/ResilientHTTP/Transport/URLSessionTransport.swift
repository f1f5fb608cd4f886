public final class URLSessionTransport: Transport {
    public let capabilities = TransportCapabilities()
    public init(pool: PoolConfiguration = PoolConfiguration()) {}
    public func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        throw ResilientError(.unsupported, "soon")
    }
}
