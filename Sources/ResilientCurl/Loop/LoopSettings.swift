#if os(Linux)
import CLibcurl
import Foundation
import ResilientHTTP

/// What all requests of a transport have in common, as libcurl is told for each one.
struct LoopSettings: Sendable {
    private let configuration: CurlConfiguration
    private let library: CurlLibrary

    init(_ configuration: CurlConfiguration, _ library: CurlLibrary) {
        self.configuration = configuration
        self.library = library
    }

    var pool: PoolConfiguration { configuration.pool }
    var usesHTTP2: Bool { configuration.usesHTTP2 && library.hasHTTP2 }
    var decompresses: Bool { configuration.decompresses && library.hasZlib }
    var tellsSendings: Bool { library.tellsSendings }
    /// Whether libcurl may keep a connection on which more came than the response.
    var keepsExcess: Bool { library.keepsExcess }
    /// Whether TLS may be within the TLS of a proxy.
    var mayTunnelTLS: Bool {
        configuration.usesEnvironmentProxy || configuration.proxy?.lowercased().hasPrefix("https:") == true
    }

    /// How long an idle connection is kept, in milliseconds; 0 for not at all.
    var idleMilliseconds: Int {
        guard pool.maxKeepAlive > 0 else { return 0 }
        return Int(min(pool.idleTimeout.saturatedNanoseconds / 1_000_000, Int64(CInt.max)))
    }

    /// Throws `unsupported` for a setting that this libcurl does not know.
    func apply(to raw: OpaquePointer, givesAddresses: Bool) throws {
        for (option, value) in Self.constants { _ = clibcurl_set_long(raw, option, value) }
        _ = clibcurl_set_long(raw, CLIBCURL_DNS_CACHE_TIMEOUT, Self.seconds(pool.dnsCacheTime))
        _ = clibcurl_set_long(raw, CLIBCURL_MAXAGE_CONN, max(1, Self.seconds(pool.idleTimeout)))
        keepConnection(true, of: raw)
        // The environment's proxies are followed unless there is a text, be it empty.
        if let proxy = configuration.proxy {
            try set(clibcurl_set_text(raw, CLIBCURL_PROXY, proxy), "proxy")
        } else if !configuration.usesEnvironmentProxy {
            _ = clibcurl_set_text(raw, CLIBCURL_PROXY, "")
        }
        // Nor is the environment looked at for each request, where another thread might just be writing.
        if !configuration.usesEnvironmentProxy { _ = clibcurl_set_text(raw, CLIBCURL_NOPROXY, "") }
        if let path = configuration.unixSocketPath {
            try set(clibcurl_set_text(raw, CLIBCURL_UNIX_SOCKET_PATH, path), "unix_socket_path")
        }
        if givesAddresses { try applyAddresses(to: raw) }
        try applyTLS(to: raw)
    }

    /// Whether a transfer's connection may be kept when no other one is on it; where none is kept, it never may.
    func keepConnection(_ isKept: Bool, of raw: OpaquePointer) {
        _ = clibcurl_set_long(raw, CLIBCURL_FORBID_REUSE, isKept && idleMilliseconds > 0 ? 0 : 1)
    }

    private static let constants: [(Int, Int)] = [
        (CLIBCURL_NOSIGNAL, 1), (CLIBCURL_NOPROGRESS, 1), (CLIBCURL_PATH_AS_IS, 1),
        (CLIBCURL_PROTOCOLS, CLIBCURL_HTTP_AND_HTTPS), (CLIBCURL_SUPPRESS_CONNECT_HEADERS, 1),
        (CLIBCURL_TCP_KEEPALIVE, 1),
        // Chunks are read here: libcurl takes more for one than HTTP does, and is silent about what comes after the last.
        (CLIBCURL_HTTP_TRANSFER_DECODING, 0),
        // Unknown to versions that refuse or know it not: before 7.64 and from 7.66 on it is the default.
        (CLIBCURL_HTTP09_ALLOWED, 0),
        // Unknown before 7.87: a look-up that nobody waits for must not hold up the end.
        (CLIBCURL_QUICK_EXIT, 1),
    ]

    private func applyAddresses(to raw: OpaquePointer) throws {
        guard !configuration.resolve.isEmpty else { return }
        let lines = configuration.resolve.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
        let copies = lines.compactMap { strdup($0).map { UnsafePointer($0) } }
        defer { for copy in copies { free(UnsafeMutablePointer(mutating: copy)) } }
        try set(clibcurl_set_list(raw, CLIBCURL_RESOLVE, copies, copies.count), "resolve")
    }

    private func applyTLS(to raw: OpaquePointer) throws {
        let tls = configuration.tls
        let version = tls.minimumVersion == .tls13 ? CLIBCURL_TLS_1_3 : CLIBCURL_TLS_1_2
        try set(clibcurl_set_long(raw, CLIBCURL_SSLVERSION, version), "tls.minimum_version")
        let texts: [(Int, String?, String)] = [
            (CLIBCURL_CAINFO, tls.caFile, "ca_file"), (CLIBCURL_SSLCERT, tls.certificateFile, "certificate_file"),
            (CLIBCURL_SSLKEY, tls.keyFile, "key_file"), (CLIBCURL_KEYPASSWD, tls.keyPassword, "key_password"),
            (CLIBCURL_PINNEDPUBLICKEY, tls.pinnedPublicKey, "pinned_public_key"),
        ]
        for case (let option, let text?, let name) in texts {
            try set(clibcurl_set_text(raw, option, text), "tls.\(name)")
        }
        if let certificates = tls.caCertificates {
            let code = certificates.withUnsafeBytes { bytes in
                bytes.baseAddress.map { clibcurl_trust(raw, $0, bytes.count) } ?? 0
            }
            try set(code, "tls.ca_certificates")
        }
    }

    private func set(_ code: CInt, _ setting: String) throws {
        guard code != 0 else { return }
        let text = String(cString: clibcurl_error_text(code))
        throw CurlLibrary.unsupported("this libcurl refuses the setting \(setting) (\(text))")
    }

    private static func seconds(_ duration: Duration) -> Int {
        Int(clamping: min((duration.saturatedNanoseconds / 1_000_000_000), Int64(CInt.max)))
    }
}
#endif
