/// Which URLs may be called: asked for the request and again for every hop of a redirect.
struct URLPolicy: Sendable {
    let configuration: ValidationConfiguration

    /// What speaks against a URL, or nil.
    func objection(to target: RequestTarget) -> ResilientError? {
        if let problem = target.problem {
            return ResilientError(.invalidRequest, problem, reachedServer: .no)
        }
        if target.length > configuration.maxURLLength {
            return ResilientError(
                .invalidRequest,
                "the URL is longer than \(configuration.maxURLLength) bytes",
                reachedServer: .no
            )
        }
        guard let origin = target.origin else {
            return ResilientError(.invalidRequest, "the URL has no host", reachedServer: .no)
        }
        guard origin.scheme == "http" || origin.scheme == "https" else {
            return ResilientError(
                .invalidRequest,
                "the URL's scheme is '\(origin.scheme)'; expected http or https",
                reachedServer: .no
            )
        }
        var breaches: [String] = []
        if target.hasUserInfo, !configuration.allowsUserInfo {
            breaches.append("the URL contains a user name or password; send an Authorization field instead")
        }
        if configuration.requiresHTTPS, origin.scheme == "http", !origin.isLoopback {
            breaches.append(
                "plain http to \(origin.host) is refused; use https, or set validation.requires_https to false"
            )
        }
        if configuration.refusesPrivateAddresses, isPrivate(origin) {
            breaches.append("the host \(origin.host) is a private or local address, which the configuration refuses")
        }
        guard !breaches.isEmpty else { return nil }
        return ResilientError(.insecureRequest, breaches.joined(separator: "; "), reachedServer: .no)
    }

    private func isPrivate(_ origin: Origin) -> Bool {
        if origin.isLoopback { return true }
        if origin.host.contains(":") { return !(IPv6Address(origin.host)?.isPublic ?? false) }
        if let address = IPv4Address(origin.host) { return !address.isPublic }
        // Every other way to write an IPv4 address can mean a private one.
        return IPv4Address.isAbbreviated(origin.host)
    }
}
