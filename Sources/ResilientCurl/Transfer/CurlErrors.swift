#if os(Linux)
import CLibcurl
import ResilientHTTP

/// Brings libcurl's codes into the one error type, with whether the request reached the server.
enum CurlErrors {
    private typealias Code = ResilientError.Code

    /// What ended a transfer.
    static func error(_ code: CInt, _ handle: EasyHandle) -> ResilientError {
        let detail = String(cString: clibcurl_transfer_error(handle.raw))
        // Said without a word when the server has taken leave (GOAWAY) and not taken the request.
        let code = code == framingError && detail.isEmpty ? gotNothing : code
        let progress = handle.reachedServer
        let reached = progress == .maybe && saidOfResponses.contains(code) ? .yes : progress
        // No memory is wanting for a line that libcurl finds too long.
        let isTooLong = reached != .no && (code == outOfMemory || detail.contains("Out of memory"))
        let text =
            isTooLong
            ? "a line of the response's head or trailers is too long"
            : detail.isEmpty ? String(cString: clibcurl_error_text(code)) : detail
        return ResilientError(
            self.code(isTooLong ? outOfMemory : code, text: text, isSent: reached != .no),
            Redactor.standard.redact(withoutUser(text)),
            reachedServer: reached
        )
    }

    /// libcurl quotes a proxy of the environment that it does not understand, with the user's name and password.
    private static func withoutUser(_ text: String) -> String {
        guard text.contains("proxy"), let quote = text.firstIndex(of: "'"), let end = text.lastIndex(of: "@"),
            quote < end
        else { return text }
        return String(text[...quote] + text[text.index(after: end)...])
    }

    /// One code of ours for each of libcurl's, by the phase where that is needed.
    static func code(_ code: CInt, text: String, isSent: Bool) -> ResilientError.Code {
        // As long as the handshake lasts, nothing of the request is sent; the next connection may be well.
        if !isSent, code == tlsConnectError, brokenHandshakes.contains(where: text.contains) { return .connectFailed }
        // A kept connection was closed, and the repeat on a new one came no further: what counts is the first.
        if isSent, let before = codesBeforeSending[code] {
            return sentAfterAll[code] ?? (before.isLocal ? before.code : .connectionLost)
        }
        if let before = codesBeforeSending[code] { return before.code }
        // Said of chunks and frames that are none, and of a connection that broke.
        if isSent, code == recvError, text.contains("chunked-encoding") || text.contains("nghttp2") {
            return .protocolError
        }
        if isSent, let fault = faultsOfServer[code] { return fault }
        // Said by either side; whatever else ends a stream, the server may do better the next time.
        if code == streamError, streamFaults.contains(where: text.contains) { return .protocolError }
        let other = codes[code] ?? .connectionLost
        // What breaks before anything is sent breaks on the way there: at a proxy that opens no tunnel.
        return !isSent && (other == .connectionLost || other == .protocolError) ? .connectFailed : other
    }

    static let timedOut: CInt = 28
    /// Also said of a body where there is none to be.
    static let weirdReply: CInt = 8
    private static let outOfMemory: CInt = 27
    /// What is said of a connection that ends within the handshake, and not of an alert or a certificate.
    private static let brokenHandshakes = [
        // OpenSSL's when there is no error but the system's, or the goodbye.
        "SSL_connect:",
        // OpenSSL 3's of an end.
        "unexpected eof",
        // libcurl's own of what the system has said.
        "Recv failure", "Send failure", "Connection reset", "Broken pipe",
        // GnuTLS's.
        "non-properly terminated", "in the pull function", "in the push function",
    ]
    private static let tlsConnectError: CInt = 35
    /// What is said of a response alone, also before its first line was shown.
    private static let saidOfResponses: Set<CInt> = [1, weirdReply, outOfMemory, 43, 61, 63, 100]
    private static let framingError: CInt = 16
    private static let gotNothing: CInt = 52
    private static let recvError: CInt = 56
    private static let streamError: CInt = 92
    private static let streamFaults = ["PROTOCOL_ERROR", "FLOW_CONTROL_ERROR", "FRAME_SIZE_ERROR", "COMPRESSION_ERROR"]

    /// What comes before the request is sent, and whether it has nothing to do with the network.
    private static let codesBeforeSending: [CInt: (code: ResilientError.Code, isLocal: Bool)] = [
        1: (.unsupported, true),  // UNSUPPORTED_PROTOCOL
        2: (.unsupported, true),  // FAILED_INIT
        3: (.invalidRequest, true),  // URL_MALFORMAT
        4: (.unsupported, true),  // NOT_BUILT_IN
        5: (.nameResolutionFailed, false),  // COULDNT_RESOLVE_PROXY
        6: (.nameResolutionFailed, false),  // COULDNT_RESOLVE_HOST
        7: (.connectFailed, false),  // COULDNT_CONNECT
        // OPERATION_TIMEDOUT: the only timeout that libcurl is given is for connecting
        timedOut: (.connectFailed, false),
        35: (.tlsFailed, false),  // SSL_CONNECT_ERROR
        45: (.connectFailed, false),  // INTERFACE_FAILED
        51: (.tlsFailed, false),  // PEER_FAILED_VERIFICATION, until 7.62
        53: (.tlsFailed, false),  // SSL_ENGINE_NOTFOUND
        54: (.tlsFailed, false),  // SSL_ENGINE_SETFAILED
        58: (.tlsFailed, false),  // SSL_CERTPROBLEM
        59: (.tlsFailed, false),  // SSL_CIPHER
        60: (.tlsFailed, false),  // PEER_FAILED_VERIFICATION
        64: (.tlsFailed, false),  // USE_SSL_FAILED
        66: (.tlsFailed, false),  // SSL_ENGINE_INITFAILED
        77: (.tlsFailed, false),  // SSL_CACERT_BADFILE
        82: (.tlsFailed, false),  // SSL_CRL_BADFILE
        83: (.tlsFailed, false),  // SSL_ISSUER_ERROR
        89: (.connectFailed, false),  // NO_CONNECTION_AVAILABLE
        90: (.tlsFailed, false),  // SSL_PINNEDPUBKEYNOTMATCH
        91: (.tlsFailed, false),  // SSL_INVALIDCERTSTATUS
        97: (.connectFailed, false),  // PROXY
        98: (.tlsFailed, false),  // SSL_CLIENTCERT
    ]

    /// Codes that mean something else once the request is on its way.
    private static let sentAfterAll: [CInt: ResilientError.Code] = [
        // No status line, or one of another version.
        1: .protocolError,
        2: .connectionLost,
        3: .protocolError,
        4: .protocolError,
    ]

    /// What the server is at fault for, once it has the request; before that, it is the request or this machine.
    private static let faultsOfServer: [CInt: ResilientError.Code] = [
        outOfMemory: .responseTooLarge,
        // BAD_FUNCTION_ARGUMENT: a header line that is none
        43: .protocolError,
    ]

    private static let codes: [CInt: ResilientError.Code] = [
        8: .protocolError,  // WEIRD_SERVER_REPLY
        16: .protocolError,  // HTTP2
        18: .connectionLost,  // PARTIAL_FILE
        23: .protocolError,  // WRITE_ERROR
        25: .unsupported,  // UPLOAD_FAILED: an HTTP/1.0 server has no chunks
        26: .connectionLost,  // READ_ERROR
        27: .unsupported,  // OUT_OF_MEMORY
        42: .connectionLost,  // ABORTED_BY_CALLBACK
        43: .invalidRequest,  // BAD_FUNCTION_ARGUMENT
        52: .connectionLost,  // GOT_NOTHING
        55: .connectionLost,  // SEND_ERROR
        56: .connectionLost,  // RECV_ERROR
        61: .protocolError,  // BAD_CONTENT_ENCODING
        63: .protocolError,  // FILESIZE_EXCEEDED: said of a length that is none
        65: .connectionLost,  // SEND_FAIL_REWIND
        80: .connectionLost,  // SSL_SHUTDOWN_FAILED
        92: .connectionLost,  // HTTP2_STREAM
        95: .protocolError,  // HTTP3
        96: .connectFailed,  // QUIC_CONNECT_ERROR
        99: .connectionLost,  // UNRECOVERABLE_POLL
        100: .responseTooLarge,  // TOO_LARGE: a line of the head
    ]
}
#endif
