import ResilientCurl
import ResilientHTTP

/// What ResilientHTTP's requests go through.
enum LaneTransport: String, Sendable {
    case urlsession
    case curl

    /// Throws `unsupported` where there is no curl.
    func make() throws -> any Transport {
        switch self {
        case .urlsession: URLSessionTransport()
        case .curl: try CurlTransport()
        }
    }
}
