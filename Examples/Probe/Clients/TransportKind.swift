import ResilientHTTP

/// What puts a client's requests on the wire.
enum TransportKind: String, CaseIterable, Sendable {
    case urlsession
    case curl
    case mock

    static let missingCurl = "this build has no curl transport yet; use urlsession or mock"

    /// Throws for a transport that this build does not have.
    func check() throws(ResilientError) {
        if self == .curl { throw ResilientError(.unsupported, Self.missingCurl, reachedServer: .no) }
    }
}
