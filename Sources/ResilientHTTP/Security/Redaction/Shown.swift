package import Foundation

/// What reflection shows: `print` and `dump` reach everything that a value holds, so each public type that may hold a
/// secret has a mirror of its own, made of these.
package enum Shown {
    /// A text on one line without secrets.
    package static func text(_ text: String) -> String {
        Redactor.standard.redact(Grammar.onOneLine(text))
    }

    /// A URL without user info, fragment and secrets in its query.
    package static func url(_ url: URL) -> String {
        Redactor.standard.redact(url)
    }

    /// An error's own description without secrets.
    package static func error(_ error: any Error) -> Any {
        error is ResilientError ? error : text("\(error)")
    }

    /// A value that stands under a name. A text under a sensitive name is not shown at all.
    package static func value(_ value: Any, under name: String) -> Any {
        switch value {
        case let text as String: SensitiveNames.contains(name) ? Redactor.mark : Self.text(text)
        case let url as URL: Self.url(url)
        case let texts as [String: String]:
            texts.reduce(into: [:]) { shown, entry in shown[entry.key] = Self.value(entry.value, under: entry.key) }
                as [String: Any]
        case let urls as [URL]: urls.map(Self.url)
        default: value
        }
    }
}
