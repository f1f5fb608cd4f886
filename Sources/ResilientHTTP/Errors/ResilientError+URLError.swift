public import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension ResilientError {
    /// The nearest `URLError`, for code that was written for URLSession and catches those.
    public var urlError: URLError {
        // The code of a URLError below, but not its user info: that holds the URL with all its secrets.
        let code = (cause as? URLError)?.code ?? urlErrorCode
        return URLError(code, userInfo: [NSLocalizedDescriptionKey: description])
    }

    private var urlErrorCode: URLError.Code {
        switch code {
        case .invalidRequest: .badURL
        case .insecureRequest: .appTransportSecurityRequiresSecureConnection
        case .originRefused, .unsupported: .unsupportedURL
        case .redirectRefused: .redirectToNonExistentLocation
        case .tooManyRedirects: .httpTooManyRedirects
        case .bodyNotReplayable: .requestBodyStreamExhausted
        case .connectFailed: .cannotConnectToHost
        case .nameResolutionFailed: .cannotFindHost
        case .tlsFailed: .secureConnectionFailed
        case .connectionLost: .networkConnectionLost
        case .protocolError, .status: .badServerResponse
        case .responseTooLarge: .dataLengthExceedsMaximum
        case .attemptTimeout, .deadlineExceeded: .timedOut
        case .circuitOpen, .rateLimited, .queueFull, .shed, .resourcesExhausted: .resourceUnavailable
        case .decoding: .cannotParseResponse
        case .fileFailed: .cannotWriteToFile
        case .clientClosed: .cancelled
        default: .unknown
        }
    }
}
