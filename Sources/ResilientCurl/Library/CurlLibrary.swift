#if os(Linux)
import CLibcurl
import ResilientHTTP

/// What the libcurl of this process can do.
struct CurlLibrary: Sendable {
    /// As libcurl counts: 0x073E00 is 7.62.0.
    var number: UInt32
    var hasHTTP2: Bool
    var hasUnixSockets: Bool
    var hasZlib: Bool

    /// Whether it tells of every sending of a request before it happens (7.80).
    var tellsSendings: Bool { number >= 0x07_5000 }
    /// Whether it keeps a connection on which more came than the response, whatever its framing (until 7.71).
    var keepsExcess: Bool { number < 0x07_4700 }
    /// 7.83.0 and 7.83.1 write past the end of a header line that goes on in the next one.
    private static let broken: ClosedRange<UInt32> = 0x07_5300...0x07_5301

    /// The library, looked for once a process.
    static let loaded = Result<CurlLibrary, any Error> {
        if let problem = clibcurl_load() { throw unsupported(String(cString: problem)) }
        let version = clibcurl_loaded_version()
        let name = "libcurl \(version.text.map { String(cString: $0) } ?? "of an unknown version")"
        guard version.number >= oldest else { throw unsupported("\(name) is too old; 7.62 or later is needed") }
        guard !broken.contains(version.number) else {
            throw unsupported("\(name) writes where it must not when a server folds a header line; 7.84 does not")
        }
        guard version.has_tls else { throw unsupported("\(name) was built without TLS") }
        // Without it, a look-up would hold up every request of the transport.
        guard version.has_threaded_resolver else { throw unsupported("\(name) was built without AsynchDNS") }
        return CurlLibrary(
            number: version.number,
            hasHTTP2: version.has_http2,
            hasUnixSockets: version.has_unix_sockets,
            hasZlib: version.has_zlib
        )
    }

    private static let oldest: UInt32 = 0x07_3E00

    static func unsupported(_ problem: String) -> ResilientError {
        ResilientError(
            .unsupported,
            "CurlTransport is not available: \(problem); install libcurl4, or use URLSessionTransport",
            reachedServer: .no
        )
    }
}
#endif
