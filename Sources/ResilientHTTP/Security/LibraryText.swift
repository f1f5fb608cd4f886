import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What a library below says, without secrets: libcurl, for one, quotes the proxy of the environment that it does not
/// understand, with the user's name and password.
package enum LibraryText {
    /// A text without user info and without what the redactor finds.
    package static func clean(_ text: String) -> String {
        Redactor.standard.redact(withoutUserInfo(text))
    }

    /// An error of the same code with nothing else in it: a `URLError` carries the URL, with all that it says, and the
    /// error below.
    static func clean(_ error: any Error) -> any Error {
        let text = clean(error.localizedDescription)
        if let error = error as? URLError {
            return URLError(error.code, userInfo: [NSLocalizedDescriptionKey: text])
        }
        let error = error as NSError
        return NSError(domain: error.domain, code: error.code, userInfo: [NSLocalizedDescriptionKey: text])
    }

    /// What stands before the last @ may hold anything, blanks and quotes included: it goes from the first quotation mark
    /// on, or where there is none from the first word with an @.
    private static func withoutUserInfo(_ text: String) -> String {
        guard let end = text.lastIndex(of: "@") else { return text }
        let before = text[..<end]
        let first: String.Index
        if let quote = before.firstIndex(where: { $0 == "'" || $0 == "\"" }) {
            first = before.index(after: quote)
        } else {
            let at = text.firstIndex(of: "@") ?? end
            first = text[..<at].lastIndex(where: \.isWhitespace).map { text.index(after: $0) } ?? text.startIndex
        }
        return text[..<first] + Redactor.mark + text[end...]
    }
}
