import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Brings what transports throw into the one error type, so that stages classify one thing only.
enum TransportErrors {
    /// A call whose task is cancelled throws `CancellationError`, and no other call does, whatever the transport
    /// throws. `URLError`s become ``ResilientError``s. Every other error stays as it is: it belongs to whoever threw it.
    static func normalized(_ error: any Error, isCancelled: Bool) -> any Error {
        if isCancelled { return CancellationError() }
        if error is CancellationError || (error as? URLError)?.code == .cancelled {
            return ResilientError(
                .connectionLost,
                "the transport gave the request up, and nobody had cancelled it",
                reachedServer: .maybe,
                cause: error
            )
        }
        guard let error = error as? URLError else { return error }
        func make(_ code: ResilientError.Code, _ reached: ResilientError.ReachedServer) -> ResilientError {
            ResilientError(code, error.localizedDescription, reachedServer: reached, cause: error)
        }
        switch error.code {
        case .timedOut: return make(.attemptTimeout, .maybe)
        case .cannotFindHost, .dnsLookupFailed: return make(.nameResolutionFailed, .no)
        case .cannotConnectToHost, .notConnectedToInternet: return make(.connectFailed, .no)
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateNotYetValid, .serverCertificateHasUnknownRoot, .clientCertificateRejected,
            .clientCertificateRequired:
            return make(.tlsFailed, .no)
        case .badURL: return make(.invalidRequest, .no)
        case .unsupportedURL: return make(.unsupported, .no)
        case .networkConnectionLost: return make(.connectionLost, .maybe)
        case .badServerResponse, .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData,
            .zeroByteResource:
            return make(.protocolError, .maybe)
        default: return make(.connectionLost, .maybe)
        }
    }
}
