/// The last look at what is sent to an origin that the call's request has not named, whichever stage has set it.
///
/// Stages that set credentials sit between the redirects and the transport: what they set by mistake ends here.
struct OriginBoundary: Sendable {
    private let fields: CrossOriginFields
    /// What the client itself sets on every attempt. A redirect has taken away the caller's.
    private let own: [HeaderFields.Name]

    init(_ configuration: Configuration) {
        fields = CrossOriginFields(configuration.redirects)
        let attemptHeader = configuration.retry?.attemptHeader.flatMap { HeaderFields.Name($0) }
        own = [.idempotencyKey] + (attemptHeader.map { [$0] } ?? [])
    }

    /// The request as it may be sent; nil when that is how it is.
    func crossed(by request: ClientRequest, _ context: RequestContext) -> ClientRequest? {
        guard context.reach == .left || hasMoved(request, context.call) else { return nil }
        var further = request
        fields.removeOthers(
            from: &further.headers,
            hasBody: !request.body.isEmpty,
            keeping: own + context.permitted(for: request.origin)
        )
        return further
    }

    /// Whether a stage has moved the request by itself. A call that is the client's own has no request to compare with.
    private func hasMoved(_ request: ClientRequest, _ call: CallRecord) -> Bool {
        guard let first = call.target else { return false }
        return first !== request.target && first.origin != request.origin
    }
}
