import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Errors of Foundation as they may be kept: what they say without secrets, because printing one shows all it holds.
enum Cause {
    /// The same error without secrets; errors of others stay as they are.
    static func clean(_ error: any Error) -> any Error {
        switch error {
        case let error as URLError: clean(error)
        case let error as DecodingError: clean(error)
        case let error as EncodingError: clean(error)
        default: error
        }
    }

    private static func clean(_ error: URLError) -> URLError {
        var info: [String: Any] = [NSLocalizedDescriptionKey: text(error.localizedDescription)]
        if let url = error.failingURL.flatMap({ URL(string: Redactor.standard.redact($0)) }) {
            info[NSURLErrorFailingURLErrorKey] = url
        }
        return URLError(error.code, userInfo: info)
    }

    private static func clean(_ error: DecodingError) -> DecodingError {
        switch error {
        case .keyNotFound(let key, let context): .keyNotFound(key, clean(context))
        case .typeMismatch(let type, let context): .typeMismatch(type, clean(context))
        case .valueNotFound(let type, let context): .valueNotFound(type, clean(context))
        case .dataCorrupted(let context): .dataCorrupted(clean(context))
        @unknown default: error
        }
    }

    private static func clean(_ context: DecodingError.Context) -> DecodingError.Context {
        DecodingError.Context(
            codingPath: context.codingPath,
            debugDescription: CodingProblem.complaint(context.debugDescription, at: context.codingPath)
        )
    }

    /// The value that could not be encoded may be anything.
    private static func clean(_ error: EncodingError) -> EncodingError {
        guard case .invalidValue(_, let context) = error else { return error }
        let text = CodingProblem.complaint(context.debugDescription, at: context.codingPath)
        return .invalidValue(
            Redactor.mark,
            EncodingError.Context(codingPath: context.codingPath, debugDescription: text)
        )
    }

    private static func text(_ text: String) -> String {
        Redactor.standard.redact(Grammar.onOneLine(text))
    }
}
