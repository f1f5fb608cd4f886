import Foundation
import ResilientHTTP
import ResilientHTTPTesting

extension Configuration {
    /// Nothing but the cache.
    static func caching(_ change: (inout CacheConfiguration) -> Void = { _ in }) -> Configuration {
        Configuration.passthrough.with {
            var cache = CacheConfiguration()
            change(&cache)
            $0.cache = cache
        }
    }
}

extension MockAnswer {
    /// 200 that is fresh for so many seconds.
    static func fresh(_ seconds: Int, _ body: String = "body", tag: String? = nil, more: String = "") -> MockAnswer {
        var headers: HeaderFields = [.cacheControl: "max-age=\(seconds)" + more]
        headers[.eTag] = tag
        return .status(200, headers: headers, body: body)
    }

    /// 304 with an entity tag, fresh for so many seconds.
    static func notModified(_ seconds: Int, tag: String?) -> MockAnswer {
        var headers: HeaderFields = [.cacheControl: "max-age=\(seconds)"]
        headers[.eTag] = tag
        return .status(304, headers: headers)
    }
}

extension ResilientClient {
    /// A `GET` of one and the same URL.
    func fetch(
        _ path: String = "x",
        _ headers: HeaderFields = [:],
        method: ClientRequest.Method = .get,
        mode: CacheMode? = nil
    ) async throws -> ClientResponse {
        let options = RequestOptions(cacheMode: mode)
        return try await send(
            ClientRequest(method: method, url: .example(path), headers: headers),
            options: mode == nil ? RequestOptions() : options
        )
    }
}

extension HeaderFields {
    static let ifNoneMatch = Name(constant: "If-None-Match")
    static let ifModifiedSince = Name(constant: "If-Modified-Since")
    static let cacheStatus = Name(constant: "Cache-Status")
    static let range = Name(constant: "Range")
}
