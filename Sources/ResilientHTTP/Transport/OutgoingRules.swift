/// What a transport's library would repair, misread or trap on is refused here before anything is sent, also for
/// clients that have no validation stage.
package enum OutgoingRules {
    /// Throws `invalidRequest` for what is no HTTP request, `unsupported` for other schemes; both mean that nothing was
    /// sent.
    @discardableResult
    package static func check(_ message: ClientRequest) throws -> Origin {
        var problems: [String] = []
        MessageRules.check(message, maxHeaderBytes: .max, into: &problems)
        if let problem = message.target.problem { problems.append(problem) }
        guard problems.isEmpty, let origin = message.origin else {
            let text = problems.isEmpty ? "the URL has no host" : problems.joined(separator: "; ")
            throw ResilientError(.invalidRequest, Redactor.standard.redact(text), reachedServer: .no)
        }
        guard origin.scheme == "http" || origin.scheme == "https" else {
            throw unsupported("the URL's scheme is '\(origin.scheme)'; expected http or https")
        }
        return origin
    }

    /// Rule 13: what curl's URL parser, as Linux sets it up for URLSession, cannot read fails there with "bad URL".
    ///
    /// Throws `unsupported`.
    static func checkHost(_ host: String) throws {
        #if canImport(FoundationNetworking)
        if host.contains(":") {
            throw unsupported("URLSession on Linux cannot call an IPv6 literal; use a host name, or CurlTransport")
        }
        if IPv4Address.isAbbreviated(host) {
            throw unsupported(
                "URLSession on Linux cannot call an abbreviated IPv4 address; write all four numbers, or use "
                    + "CurlTransport"
            )
        }
        #endif
    }

    private static func unsupported(_ message: String) -> ResilientError {
        ResilientError(.unsupported, message, reachedServer: .no)
    }
}
