import Foundation

/// The input is a URL, an endpoint, a host and a query value: two readings of a URL never disagree about the host,
/// and no endpoint leads away from its base.
@Sendable
func fuzzURLs(_ input: UnsafeBufferPointer<UInt8>) {
    let text = String(decoding: input, as: UTF8.self)
    checkParts(text)
    checkEndpoint(text)
    checkQuery(text)
    checkHost(text)
}

private func checkParts(_ text: String) {
    let parts = URLParts(text)
    if parts.problem == nil {
        require(parts.scheme != nil && parts.host?.isEmpty == false, "a URL without a host has no problem")
        require(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a URL has bytes that no request line has")
        require(parts.port.map((1...65535).contains) ?? true, "a port is out of range")
    }
    guard let url = URL(string: text) else { return }
    let target = RequestTarget(url)
    guard target.problem == nil else { return }
    guard let origin = target.origin else { return require(false, "a URL without a host has no problem") }
    require(hosts(of: url).contains(origin.host), "Foundation sees another host")
    require(origin.scheme == url.scheme?.lowercased(), "Foundation sees another scheme")
    require(url.port == nil || origin.port == url.port, "Foundation sees another port")
    require(target.hasUserInfo || url.user == nil, "Foundation sees user info")
    // The origin as text is read as the same origin.
    if origin.port > 0, let again = URL(string: origin.description) {
        require(RequestTarget(again).origin == origin, "an origin is not read as it is written")
    }
}

/// Foundation's word for the host, both ways: not percent-encoded it gives the IDNA form of names, which is what is
/// sent, but decodes the zone of an IPv6 address.
private func hosts(of url: URL) -> [String] {
    [true, false].map { isEncoded in
        let host = (url.host(percentEncoded: isEncoded) ?? "").lowercased()
        return host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    }
}

private let base = URL(string: "https://api.example:8443/v1?key=a")
private let endpoints = EndpointURL(base: base, allowsOtherOrigins: false)

private func checkEndpoint(_ text: String) {
    let items = [URLQueryItem(name: text, value: text)]
    guard let url = try? endpoints.resolve(text, query: items) else { return }
    let target = RequestTarget(url)
    require(target.problem == nil, "an endpoint gives a URL with a problem")
    require(target.origin == Origin(scheme: "https", host: "api.example", port: 8443), "an endpoint leads away")
    require(url.host()?.lowercased() == "api.example" && url.port == 8443, "an endpoint leads away, says Foundation")
    require(url.fragment == nil, "a fragment is sent")
    let isAbsolute = text.lowercased().hasPrefix("http")
    let path = url.path(percentEncoded: true)
    require(isAbsolute || path == "/v1" || path.hasPrefix("/v1/"), "an endpoint leaves the base path")
    let standard = url.standardized.path(percentEncoded: true)
    require(isAbsolute || standard == "/v1" || standard.hasPrefix("/v1/"), "an endpoint leaves the base path later")
}

private func checkQuery(_ text: String) {
    let encoded = QueryEncoding.encode(text)
    require(Grammar.isURLText(encoded), "an encoded text cannot stand in a URL")
    require(encoded.utf8.allSatisfy { !"&=+#?/".utf8.contains($0) }, "an encoded text divides a query")
    require(encoded.removingPercentEncoding.map { $0.utf8.elementsEqual(text.utf8) } ?? false, "a text is not decoded")
}

private func checkHost(_ text: String) {
    if let address = IPv6Address(text) {
        require(address.groups.count == 8, "an IPv6 address has not eight groups")
        require(!(address.isLoopback && address.isPublic), "an address is here and everywhere")
    }
    if let address = IPv4Address(text) {
        require(!IPv4Address.isAbbreviated(text), "a full address is abbreviated")
        require(!(address.isLoopback && address.isPublic), "an address is here and everywhere")
    }
    let origin = Origin(scheme: "http", host: text)
    require(Origin(scheme: "HTTP", host: text, port: 80) == origin, "a default port makes another origin")
}
