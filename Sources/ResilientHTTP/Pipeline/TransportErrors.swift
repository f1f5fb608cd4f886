import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Brings what transports throw into the one error type, so that stages classify one thing only.
package enum TransportErrors {
    /// `URLError`s of transports that throw them become ``ResilientError``s. Every other error stays as it is: it
    /// belongs to whoever threw it.
    ///
    /// Cancellation is the caller's word alone: a cancelled call ends with `CancellationError` whatever its transport
    /// made of it, and one that was not cancelled never does.
    package static func normalized(
        _ error: any Error,
        in call: CallRecord,
        isCancelled: Bool = Task.isCancelled
    ) -> any Error {
        if isCancelled { return CancellationError() }
        if error is CancellationError || (error as? URLError)?.code == .cancelled {
            return call.interruption
                ?? ResilientError(
                    .connectionLost,
                    "the transport gave the request up",
                    reachedServer: .maybe,
                    cause: error
                )
        }
        guard let error = error as? URLError else { return error }
        func make(_ code: ResilientError.Code, _ reached: ResilientError.ReachedServer) -> ResilientError {
            ResilientError(
                code,
                LibraryText.clean(error.localizedDescription),
                reachedServer: reached,
                cause: LibraryText.clean(error)
            )
        }
        switch error.code {
        case .timedOut: return make(.attemptTimeout, .maybe)
        case .cannotFindHost, .dnsLookupFailed: return make(.nameResolutionFailed, .no)
        case .cannotConnectToHost: return make(.connectFailed, provesNothingSent(error) ? .no : .maybe)
        case .notConnectedToInternet: return make(.connectFailed, .no)
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

    /// On Linux "cannot connect" stands for any error after a refused connection; only curl's own words tell.
    private static func provesNothingSent(_ error: URLError) -> Bool {
        #if canImport(FoundationNetworking)
        let text = error.localizedDescription
        return text.hasPrefix("Failed to connect") || text.hasPrefix("Couldn't connect")
        #else
        return true
        #endif
    }
}
