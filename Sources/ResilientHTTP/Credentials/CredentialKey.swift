/// Whose credentials, and where: they are never used for another origin, tenant or caller.
struct CredentialKey: Sendable, Hashable {
    /// Fields that differ from request to request of one caller and say nothing about who it is.
    private static let neutral: Set<String> = [
        "accept", "baggage", "cache-control", "date", "idempotency-key", "pragma", "prefer", "priority", "range",
        "request-id", "traceparent", "tracestate", "user-agent", "x-correlation-id", "x-request-id",
    ]

    private let origin: Origin?
    private let tenant: String?
    private let first: Int
    private let second: Int

    /// The key of a request as the caller made it. A credential can have any name, so every field counts that is not
    /// known to be neutral; the values themselves are not kept.
    init(_ request: ClientRequest, _ context: RequestContext) {
        origin = request.origin
        tenant = context.options.tenant
        // SipHash with the process's key; two of them, so that a collision is out of the question.
        var (first, second) = (Hasher(), Hasher())
        second.combine(1 as UInt8)
        for field in request.headers where !Self.isNeutral(field.name.canonicalName) {
            first.combine(field)
            second.combine(field)
        }
        self.first = first.finalize()
        self.second = second.finalize()
    }

    private static func isNeutral(_ name: String) -> Bool {
        neutral.contains(name) || name.hasPrefix("accept-") || name.hasPrefix("content-") || name.hasPrefix("if-")
    }
}
