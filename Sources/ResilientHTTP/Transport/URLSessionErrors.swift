import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Brings URLSession's errors into the one error type, with whether the request reached the server (rule 14).
///
/// On Linux the code alone says little: -1004 stands for any error after a connection was refused anywhere in the
/// thread, -1 for most of the rest. curl's text decides first; the code is asked when no text is known.
enum URLSessionErrors {
    private struct Verdict {
        let code: ResilientError.Code
        let reached: ResilientError.ReachedServer
        var hint = ""

        init(_ code: ResilientError.Code, _ reached: ResilientError.ReachedServer, _ hint: String = "") {
            (self.code, self.reached, self.hint) = (code, reached, hint)
        }
    }

    static func translate(_ error: any Error, headArrived: Bool) -> any Error {
        let text = error.localizedDescription
        let verdict = verdict(text: text) ?? verdict(code: (error as? URLError)?.code ?? .unknown)
        // A socket, or a look-up, for which no descriptor was left fails as if the server were to blame.
        if verdict.reached == .no, let shortage = LocalShortage.error() { return shortage }
        return ResilientError(
            verdict.code,
            LibraryText.clean(text) + verdict.hint,
            reachedServer: headArrived ? .yes : verdict.reached,
            cause: LibraryText.clean(error)
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
        ("Could not resolve", Verdict(.nameResolutionFailed, .no)),
        // -1004 after ECONNREFUSED, else -1. Nothing was sent.
        ("Failed to connect", Verdict(.connectFailed, .no)),
        ("Couldn't connect", Verdict(.connectFailed, .no)),
        // -1000 or -1, "Unsupported proxy syntax in 'name:password@host:99999'".
        ("proxy syntax", Verdict(.connectFailed, .no, environmentHint)),
        // A connection that broke. On a TLS one the text names the library, so these stand before TLS:
        // OpenSSL's functions, GnuTLS's "recv error".
        ("SSL_read", Verdict(.connectionLost, .maybe)),
        ("SSL_write", Verdict(.connectionLost, .maybe)),
        ("recv error", Verdict(.connectionLost, .maybe)),
        ("send error", Verdict(.connectionLost, .maybe)),
        // -1005, resets before, after and within the head and the body.
        ("Recv failure", Verdict(.connectionLost, .maybe)),
        ("Send failure", Verdict(.connectionLost, .maybe)),
        // -1011, a close without an answer.
        ("Empty reply", Verdict(.connectionLost, .maybe)),
        // -1, "transfer closed with 500 bytes remaining to read" or "… with outstanding read data remaining".
        ("transfer closed", Verdict(.connectionLost, .yes)),
        // -1. The handshake comes before the request.
        ("SSL", Verdict(.tlsFailed, .no)),
        ("TLS", Verdict(.tlsFailed, .no)),
        ("certificate", Verdict(.tlsFailed, .no)),
        // -1002, no status line. On a kept-alive connection these bytes may be older than the request.
        ("HTTP/0.9", Verdict(.protocolError, .maybe)),
        ("HTTP/2", Verdict(.protocolError, .maybe, http2Hint)),
        // -1002, "Unsupported HTTP version (3.7) in response".
        ("nsupported HTTP version", Verdict(.protocolError, .yes)),
        // -1, "Invalid Content-Length: value".
        ("Content-Length", Verdict(.protocolError, .yes)),
        // -1, "Illegal or missing hexadecimal sequence in chunked-encoding".
        ("chunk", Verdict(.protocolError, .yes)),
        // -1, "Header without colon", "Too large response headers: 307755 > 307200".
        ("Header without colon", Verdict(.protocolError, .yes)),
        // -1, "Nul byte in header".
        ("Nul byte", Verdict(.protocolError, .yes)),
        ("response headers", Verdict(.protocolError, .yes)),
        // -1, "Failed writing header": Foundation could not read it (no space after the colon, blanks only, not
        // UTF-8, LF without CR, a status line without a reason).
        ("Failed writing", Verdict(.protocolError, .yes, headHint)),
        // -1, said of a line of the head above 100 KB, where there is memory enough.
        ("Out of memory", Verdict(.protocolError, .yes, lineHint)),
        // -1, "Error while processing content unencoding", "Unrecognized content encoding type", and in capitals of
        // brotli.
        ("encoding", Verdict(.protocolError, .yes)),
        ("Encoding", Verdict(.protocolError, .yes)),
        ("Weird server reply", Verdict(.protocolError, .yes)),
    ]

    private static let headHint =
        ": Foundation cannot read this response's head (a field without a blank after its colon, a value that is not "
        + "UTF-8, a status line without a reason); CurlTransport can"

    private static let lineHint =
        ": a line of the response's head is probably longer than 100 KB, which libcurl says so"

    private static let http2Hint =
        "; URLSession cannot tell a refused or ended HTTP/2 stream from a broken one, CurlTransport can"

    private static let environmentHint = ": look at the environment's proxy variables, which URLSession always uses"

    /// On Linux this code stands also for what came after a refusal; only curl's own words prove anything there.
    private static var refusedMeansUnsent: ResilientError.ReachedServer {
        #if canImport(FoundationNetworking)
        .maybe
        #else
        .no
        #endif
    }

    private static func verdict(code: URLError.Code) -> Verdict {
        let (code, reached) = known(code)
        return Verdict(code, reached)
    }

    private static func known(
        _ code: URLError.Code
    ) -> (code: ResilientError.Code, reached: ResilientError.ReachedServer) {
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
