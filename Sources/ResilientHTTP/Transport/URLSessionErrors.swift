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

    /// By curl's text. The first match counts.
    private static func verdict(text: String) -> Verdict? {
        for (part, verdict) in texts where text.contains(part) { return verdict }
        return nil
    }

    /// What libcurl 7.88.1 was seen to say to FaultServer, and its relatives from curl's source.
    ///
    /// curl keeps the first text of a transfer: after a silent repeat on a new connection (of a GET, rule 10) the text
    /// may be that of the first sending ("Send failure: Broken pipe" with the code of a bad header). So only a text
    /// that cannot be followed by a sending may say `no`, and lost connections stand before what comes later.
    private static let texts: [(String, Verdict)] = [
        // -1003. Nothing was sent.
        ("Could not resolve", (.nameResolutionFailed, .no)),
        // -1004 after ECONNREFUSED, else -1. Nothing was sent.
        ("Failed to connect", (.connectFailed, .no)),
        ("Couldn't connect", (.connectFailed, .no)),
        // A connection that broke. On a TLS one the text names the library, so these stand before TLS:
        // OpenSSL's functions, GnuTLS's "recv error".
        ("SSL_read", (.connectionLost, .maybe)),
        ("SSL_write", (.connectionLost, .maybe)),
        ("recv error", (.connectionLost, .maybe)),
        ("send error", (.connectionLost, .maybe)),
        // -1005, resets before, after and within the head and the body.
        ("Recv failure", (.connectionLost, .maybe)),
        ("Send failure", (.connectionLost, .maybe)),
        // -1011, a close without an answer.
        ("Empty reply", (.connectionLost, .maybe)),
        // -1, "transfer closed with 500 bytes remaining to read" or "… with outstanding read data remaining".
        ("transfer closed", (.connectionLost, .yes)),
        // -1. The handshake comes before the request.
        ("SSL", (.tlsFailed, .no)),
        ("TLS", (.tlsFailed, .no)),
        ("certificate", (.tlsFailed, .no)),
        // -1002, no status line. On a kept-alive connection these bytes may be older than the request.
        ("HTTP/0.9", (.protocolError, .maybe)),
        ("HTTP/2", (.protocolError, .maybe)),
        // -1002, "Unsupported HTTP version (3.7) in response".
        ("nsupported HTTP version", (.protocolError, .yes)),
        // -1, "Invalid Content-Length: value".
        ("Content-Length", (.protocolError, .yes)),
        // -1, "Illegal or missing hexadecimal sequence in chunked-encoding".
        ("chunk", (.protocolError, .yes)),
        // -1, "Header without colon", "Too large response headers: 307755 > 307200".
        ("Header without colon", (.protocolError, .yes)),
        // -1, "Nul byte in header".
        ("Nul byte", (.protocolError, .yes)),
        ("response headers", (.protocolError, .yes)),
        // -1, "Failed writing header": Foundation could not read it (no space after the colon, blanks only, not
        // UTF-8, LF without CR, a status line without a reason).
        ("Failed writing", (.protocolError, .yes)),
        // -1, "Error while processing content unencoding", "Unrecognized content encoding type".
        ("encoding", (.protocolError, .yes)),
        ("Weird server reply", (.protocolError, .yes)),
    ]

    /// On Linux this code stands also for what came after a refusal; only curl's own words prove anything there.
    private static var refusedMeansUnsent: ResilientError.ReachedServer {
        #if canImport(FoundationNetworking)
        .maybe
        #else
        .no
        #endif
    }

    private static func verdict(code: URLError.Code) -> Verdict {
        switch code {
        // The backstop: our own timers come first, so it is rare.
        case .timedOut: (.attemptTimeout, .maybe)
        case .cannotFindHost, .dnsLookupFailed: (.nameResolutionFailed, .no)
        case .cannotConnectToHost: (.connectFailed, refusedMeansUnsent)
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
