import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Brings URLSession's errors into the one error type, with whether the request reached the server (rule 14).
///
/// On Linux the code alone says little: -1004 stands for any error after a connection was refused anywhere in the
/// thread, -1 for most of the rest. curl's text decides first; the code is asked when no text is known.
enum URLSessionErrors {
    private typealias Verdict = (code: ResilientError.Code, reached: ResilientError.ReachedServer)

    static func translate(_ error: any Error, headArrived: Bool) -> any Error {
        let text = error.localizedDescription
        let verdict = verdict(text: text) ?? verdict(code: (error as? URLError)?.code ?? .unknown)
        return ResilientError(
            verdict.code,
            Redactor.standard.redact(text),
            reachedServer: headArrived ? .yes : verdict.reached,
            cause: error
        )
    }

    /// By curl's text (libcurl 7.88.1; the wording has been stable since 7.60). The first match counts.
    private static func verdict(text: String) -> Verdict? {
        for (part, verdict) in texts where text.contains(part) { return verdict }
        return nil
    }

    private static let texts: [(String, Verdict)] = [
        // Nothing was sent.
        ("Could not resolve", (.nameResolutionFailed, .no)),
        ("Failed to connect", (.connectFailed, .no)),
        ("Couldn't connect", (.connectFailed, .no)),
        // A connection that broke: on a TLS one the text names OpenSSL, so these stand before TLS.
        ("SSL_read", (.connectionLost, .maybe)),
        ("SSL_write", (.connectionLost, .maybe)),
        ("Recv failure", (.connectionLost, .maybe)),
        ("Send failure", (.connectionLost, .maybe)),
        ("Empty reply", (.connectionLost, .maybe)),
        ("transfer closed", (.connectionLost, .yes)),
        // The handshake comes before the request.
        ("SSL", (.tlsFailed, .no)),
        ("TLS", (.tlsFailed, .no)),
        ("certificate", (.tlsFailed, .no)),
        // Answers that break the protocol.
        ("HTTP/0.9", (.protocolError, .yes)),
        ("HTTP/2", (.protocolError, .maybe)),
        ("Content-Length", (.protocolError, .yes)),
        ("chunk", (.protocolError, .yes)),
        ("hexadecimal", (.protocolError, .yes)),
        ("eader", (.protocolError, .yes)),
        ("encoding", (.protocolError, .yes)),
        ("nsupported HTTP version", (.protocolError, .yes)),
        ("Weird server reply", (.protocolError, .yes)),
        ("Failed writing", (.protocolError, .yes)),
    ]

    private static func verdict(code: URLError.Code) -> Verdict {
        switch code {
        // The backstop: our own timers come first, so it is rare.
        case .timedOut: (.attemptTimeout, .maybe)
        case .cannotFindHost, .dnsLookupFailed: (.nameResolutionFailed, .no)
        // Without curl's own words this proves nothing on Linux.
        case .cannotConnectToHost: (.connectFailed, .maybe)
        case .notConnectedToInternet: (.connectFailed, .no)
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateNotYetValid, .serverCertificateHasUnknownRoot, .clientCertificateRejected,
            .clientCertificateRequired:
            (.tlsFailed, .no)
        case .badURL: (.invalidRequest, .no)
        // Linux says this also of a bad status line.
        case .unsupportedURL: (.protocolError, .maybe)
        case .dataLengthExceedsMaximum, .fileDoesNotExist, .noPermissionsToReadFile: (.invalidRequest, .no)
        case .badServerResponse, .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData:
            (.protocolError, .maybe)
        default: (.connectionLost, .maybe)
        }
    }
}
