#if os(Linux)
import Foundation

/// The system's OpenSSL 3, found at run time, with a server's certificate.
///
/// `@unchecked Sendable`: a context may be used by many threads, each with a session of its own.
final class OpenSSL: @unchecked Sendable {
    struct Unavailable: Error {}

    typealias Step = @convention(c) (OpaquePointer) -> Int32

    let context: OpaquePointer
    let makeSession: @convention(c) (OpaquePointer) -> OpaquePointer?
    let setDescriptor: @convention(c) (OpaquePointer, Int32) -> Int32
    let read: @convention(c) (OpaquePointer, UnsafeMutableRawPointer, Int32) -> Int32
    let write: @convention(c) (OpaquePointer, UnsafeRawPointer, Int32) -> Int32
    let updateKeys: @convention(c) (OpaquePointer, Int32) -> Int32
    let accept, newTicket, doHandshake, shutdown: Step
    let free: @convention(c) (OpaquePointer) -> Void

    /// Whether it is there.
    static var isThere: Bool { dlopen("libssl.so.3", RTLD_NOW) != nil }

    init(certificate: URL, key: URL) throws {
        guard let library = dlopen("libssl.so.3", RTLD_NOW) else { throw Unavailable() }
        func find<Function>(_ name: String, _ type: Function.Type = Function.self) throws -> Function {
            guard let symbol = dlsym(library, name) else { throw Unavailable() }
            return unsafeBitCast(symbol, to: type)
        }
        typealias Use = @convention(c) (OpaquePointer, UnsafePointer<CChar>, Int32) -> Int32
        let method = try find("TLS_server_method", (@convention(c) () -> OpaquePointer?).self)
        let make = try find("SSL_CTX_new", (@convention(c) (OpaquePointer?) -> OpaquePointer?).self)
        let useCertificate = try find("SSL_CTX_use_certificate_file", Use.self)
        let useKey = try find("SSL_CTX_use_PrivateKey_file", Use.self)
        guard let context = make(method()), useCertificate(context, certificate.path, 1) == 1,
            useKey(context, key.path, 1) == 1
        else { throw Unavailable() }
        self.context = context
        makeSession = try find("SSL_new")
        setDescriptor = try find("SSL_set_fd")
        read = try find("SSL_read")
        write = try find("SSL_write")
        updateKeys = try find("SSL_key_update")
        accept = try find("SSL_accept")
        newTicket = try find("SSL_new_session_ticket")
        doHandshake = try find("SSL_do_handshake")
        shutdown = try find("SSL_shutdown")
        free = try find("SSL_free")
        // A client that has gone must not end the tests.
        signal(SIGPIPE, SIG_IGN)
    }
}
#endif
