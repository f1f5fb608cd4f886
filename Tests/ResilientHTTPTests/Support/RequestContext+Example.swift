import ResilientHTTP

extension RequestContext {
    /// The context of a call of its own, for what is tested without a client.
    static func example(tenant: String? = nil, runtime: ClientRuntime = .system) -> RequestContext {
        let call = CallRecord(
            requestID: RequestID(high: 1, low: 2),
            options: RequestOptions(tenant: tenant),
            runtime: runtime
        )
        return RequestContext(call: call, body: .bytes(limit: 1))
    }
}
