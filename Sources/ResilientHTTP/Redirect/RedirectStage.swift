import Foundation

/// Follows redirects, so that each hop passes the stages further in, and no transport does it its own way.
///
/// Method and body change as RFC 9110 §15.4 says. To another origin go only the fields of an allow list, and what has
/// stayed behind stays behind for the rest of the call, also when a later hop leads back: it was the other origin that
/// chose that URL.
final class RedirectStage: Middleware {
    private let configuration: RedirectConfiguration
    /// The security policy, when it is on; a redirect is no way around it.
    private let policy: URLPolicy?
    private let crossOriginFields: CrossOriginFields

    init(configuration: RedirectConfiguration, policy: URLPolicy?) {
        self.configuration = configuration
        self.policy = policy
        crossOriginFields = CrossOriginFields(configuration)
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        let response = try await next(request, context: context)
        // Nearly every call ends here, and has copied nothing.
        guard isRedirect(response, context) else { return response }
        return try await follow(response, request, context, next)
    }

    @inline(never)
    private func isRedirect(_ response: ClientResponse, _ context: RequestContext) -> Bool {
        location(of: response) != nil && context.options.followsRedirects ?? true
    }

    @inline(never)
    private func follow(
        _ response: ClientResponse,
        _ request: ClientRequest,
        _ context: RequestContext,
        _ next: Next
    ) async throws -> ClientResponse {
        let home = request.origin
        var response = response
        var location = location(of: response)
        var request = request
        var context = context
        var hops = 0
        while let target = location {
            hops += 1
            request = try hop(hops, after: &response, from: request, to: target, context)
            if request.origin != home { context.reach = .left }
            response = try await next(request, context: context)
            location = self.location(of: response)
        }
        response.target = response.target ?? request.target
        return response
    }

    /// The request that a redirect asks for; the answer that asked for it is let go.
    @inline(never)
    private func hop(
        _ number: Int,
        after response: inout ClientResponse,
        from request: ClientRequest,
        to location: String,
        _ context: RequestContext
    ) throws -> ClientRequest {
        response.target = response.target ?? request.target
        do {
            guard number <= configuration.limit else {
                throw ResilientError(
                    .tooManyRedirects,
                    "the server redirected more than \(configuration.limit) times"
                )
            }
            let further = try self.request(after: response.status, from: request, to: location)
            context.explain(.redirects, .redirected(response.status, to: further.target))
            response.body.letGo()
            return further
        } catch var error as ResilientError {
            error.describe(response)
            throw error
        }
    }

    /// Where a response redirects to; nil for an answer that is none. A 3xx without `Location` is an answer too.
    private func location(of response: ClientResponse) -> String? {
        switch response.status.code {
        case 301, 302, 303, 307, 308: response.headers[.location]
        default: nil
        }
    }

    private func request(
        after status: ClientResponse.Status,
        from request: ClientRequest,
        to location: String
    ) throws -> ClientRequest {
        let url = try resolve(location, against: request.url)
        var next = request
        next.url = url
        if let objection = next.target.problem ?? policy?.objection(to: next.target)?.message {
            throw ResilientError(.redirectRefused, "the redirect cannot be followed: \(objection)")
        }
        if request.origin?.scheme == "https", next.origin?.scheme != "https", !configuration.allowsDowngrade {
            throw ResilientError(
                .redirectRefused,
                "the redirect leads from https to \(next.origin?.scheme ?? "nothing")"
            )
        }
        guard let scheme = next.origin?.scheme, scheme == "http" || scheme == "https" else {
            throw ResilientError(.redirectRefused, "the redirect does not lead to http or https")
        }
        changeMethod(of: &next, after: status)
        guard next.body.isReplayable else {
            throw ResilientError(
                .bodyNotReplayable,
                "the redirect asks for the body again, and it can be read only once; use a factory"
            )
        }
        if next.origin != request.origin {
            crossOriginFields.removeOthers(from: &next.headers, hasBody: !next.body.isEmpty)
        }
        return next
    }

    /// RFC 9110 §15.4: 303 becomes GET, 301 and 302 turn POST into GET as every client does, 307 and 308 repeat.
    private func changeMethod(of request: inout ClientRequest, after status: ClientResponse.Status) {
        let becomesGet =
            switch status.code {
            case 303: request.method != .get && request.method != .head
            case 301, 302: request.method == .post
            default: false
            }
        guard becomesGet else { return }
        request.method = .get
        request.body = .empty
        request.headers.removeAll { field in
            field.name.canonicalName.hasPrefix("content-") || field.name == .idempotencyKey
        }
    }

    /// RFC 9110 §10.2.2: relative to the URL that redirected, whose fragment is inherited.
    private func resolve(_ location: String, against base: URL) throws -> URL {
        guard let location = LocationText.encoded(location), !location.isEmpty, Grammar.isURLText(location),
            let url = URL(string: location, relativeTo: base)?.absoluteURL
        else {
            throw ResilientError(.redirectRefused, "the Location of the redirect is not a valid URL")
        }
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: true), parts.fragment == nil,
            let fragment = URLComponents(url: base, resolvingAgainstBaseURL: true)?.percentEncodedFragment
        else { return url }
        parts.percentEncodedFragment = fragment
        return parts.url ?? url
    }
}
