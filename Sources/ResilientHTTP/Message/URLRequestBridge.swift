import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Foundation's request as ours, and our response as Foundation's.
struct URLRequestBridge {
    let request: ClientRequest
    private let timeout: Duration?

    /// What `URLRequest.timeoutInterval` says when nobody set it.
    private static let defaultTimeout = 60.0

    /// Throws `invalidRequest` for a request without a URL, with a header name that is no token or a timeout that is
    /// no time, and `unsupported` for one with an `InputStream`, which cannot be passed between tasks.
    init(_ source: URLRequest) throws {
        guard let url = source.url else {
            throw ResilientError(.invalidRequest, "the URLRequest has no URL", reachedServer: .no)
        }
        guard source.httpBodyStream == nil else {
            throw ResilientError(
                .unsupported,
                "a URLRequest with an httpBodyStream cannot be sent; use httpBody, or a ClientRequest with a stream",
                reachedServer: .no
            )
        }
        var headers = HeaderFields()
        for (name, value) in (source.allHTTPHeaderFields ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let name = HeaderFields.Name(name) else {
                throw ResilientError(.invalidRequest, "a header field's name is not a token", reachedServer: .no)
            }
            headers.append(value, for: name)
        }
        request = ClientRequest(
            method: .init(source.httpMethod ?? "GET"),
            url: url,
            headers: headers,
            body: source.httpBody.flatMap { $0.isEmpty && Self.hasNoBody(source) ? nil : .bytes($0) } ?? .empty
        )
        timeout = try Self.timeout(source.timeoutInterval)
    }

    /// URLSession takes an empty body of a GET for none.
    private static func hasNoBody(_ source: URLRequest) -> Bool {
        ["GET", "HEAD"].contains(source.httpMethod ?? "GET")
    }

    func options(over options: RequestOptions) -> RequestOptions {
        guard let timeout else { return options }
        return options.with {
            $0.idleTimeout = $0.idleTimeout ?? timeout
            if timeout != Self.endless { $0.firstByteTimeout = $0.firstByteTimeout ?? timeout }
        }
    }

    /// Instead of the client's idle timeout, for a request that says that nothing is to bound it: a century.
    private static let endless = Duration.seconds(3_155_760_000)

    private static func timeout(_ interval: Double) throws -> Duration? {
        if interval == defaultTimeout { return nil }
        if interval == .infinity { return endless }
        guard let timeout = Duration(decimalSeconds: interval), timeout > .zero else {
            throw ResilientError(
                .invalidRequest,
                "the URLRequest's timeoutInterval is \(interval); expected more than zero seconds",
                reachedServer: .no
            )
        }
        return timeout
    }

    /// Repeated fields are joined by commas, as Foundation does.
    static func urlResponse(_ response: ClientResponse) throws -> HTTPURLResponse {
        var headers: [String: String] = [:]
        var spelling: [HeaderFields.Name: String] = [:]
        for field in response.headers {
            let key = spelling[field.name, default: field.name.rawName]
            spelling[field.name] = key
            headers[key] = headers[key].map { "\($0), \(field.value)" } ?? field.value
        }
        guard let url = response.url,
            let result = HTTPURLResponse(
                url: url,
                statusCode: response.status.code,
                httpVersion: "HTTP/1.1",
                headerFields: headers
            )
        else {
            throw ResilientError(
                .protocolError,
                "the answer cannot be shown as an HTTPURLResponse",
                reachedServer: .yes
            )
        }
        return result
    }
}
