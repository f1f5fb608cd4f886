public import Foundation

/// Takes secrets out of every text that leaves: errors, explanations, logs.
///
/// Deny by default: what stands under a sensitive header name, query key or JSON key goes, and so does anything that
/// looks like a credential wherever it stands. What is taken out is replaced by `[redacted]`.
public struct Redactor: Sendable {
    /// The redactor that the package uses.
    public static let standard = Redactor()

    /// What stands in a secret's place.
    public static let mark = "[redacted]"

    /// Whether the values of a header field are secret.
    public func isSensitive(_ name: HeaderFields.Name) -> Bool {
        SensitiveNames.contains(name.canonicalName)
    }

    /// A URL without user info, fragment and the values of sensitive query keys.
    public func redact(_ url: URL) -> String {
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: true) else { return Self.mark }
        parts.user = nil
        parts.password = nil
        parts.fragment = nil
        let query = parts.percentEncodedQuery
        parts.percentEncodedQuery = nil
        let start = redact(parts.string ?? Self.mark)
        guard let query else { return start }
        return start + "?" + redactPairs(query)
    }

    /// A text without anything that looks like a credential.
    public func redact(_ text: String) -> String {
        var text = text
        for pattern in Self.patterns {
            text = pattern.replacingMatches(in: text)
        }
        return text.contains("=") ? redactQueries(in: text) : text
    }

    /// The values of sensitive keys in the queries of URLs that stand in a text.
    private func redactQueries(in text: String) -> String {
        guard let expression = Self.queryPair else { return text }
        var result = text
        let all = NSRange(text.startIndex..., in: text)
        for match in expression.matches(in: text, range: all).reversed() {
            guard let name = Range(match.range(at: 1), in: text), let value = Range(match.range(at: 2), in: text)
            else { continue }
            let plain = text[name].removingPercentEncoding ?? String(text[name])
            if SensitiveNames.contains(plain) { result.replaceSubrange(value, with: Self.mark) }
        }
        return result
    }

    private static let queryPair = try? NSRegularExpression(pattern: "[?&]([^=&#\\s\"']+)=([^&#\\s\"']+)")

    private func redactPairs(_ query: String) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            guard let equals = pair.firstIndex(of: "=") else { return redact(String(pair)) }
            let name = String(pair[..<equals])
            if SensitiveNames.contains(name.removingPercentEncoding ?? name) { return "\(name)=\(Self.mark)" }
            return redact(String(pair))
        }.joined(separator: "&")
    }

    /// A pattern and what of a match stays.
    private struct Pattern: Sendable {
        let expression: NSRegularExpression
        let template: String

        init?(_ pattern: String, _ template: String = Redactor.mark) {
            guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
            self.expression = expression
            self.template = template
        }

        func replacingMatches(in text: String) -> String {
            let all = NSRange(text.startIndex..., in: text)
            return expression.stringByReplacingMatches(in: text, range: all, withTemplate: template)
        }
    }

    /// Words after the name of an authorization scheme that are no credential.
    private static let afterScheme = "(?!(?:token|auth|authentication|authorization|scheme|credentials?|realm)\\b)"

    private static let patterns: [Pattern] = [
        // User info in a URL, to the last @ of the authority.
        Pattern("(://)[^/?#\\s\"']*@", "$1"),
        // Header lines that are secret to their end.
        Pattern("(?i)\\b((?:set-)?cookie2?|(?:proxy-)?authorization)([\"']?\\s*[:=]\\s*)[^\\r\\n]+", "$1$2\(mark)"),
        // Authorization schemes with their credentials.
        Pattern(
            "(?i)\\b(bearer|basic|digest|negotiate|apikey)\\s+\(afterScheme)[A-Za-z0-9._~+/=:-]{4,}",
            "$1 \(mark)"
        ),
        // Keys with a vendor's prefix.
        Pattern("\\b(sk|pk|rk|ghp|gho|ghs|ghr|xox[abprs]|hf|gsk|dop_v1|glpat|AIza)[-_][A-Za-z0-9_-]{6,}"),
        Pattern("\\bAIza[A-Za-z0-9_-]{20,}"),
        Pattern("\\bAKIA[A-Z0-9]{12,}"),
        // JSON web tokens.
        Pattern("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*"),
        // name=value and "name": "value" with a telling name; a quoted value to its closing quote.
        Pattern(
            "(?i)([\"']?[a-z0-9_-]*(?:api[-_]?key|secret|token|password|passwd|passphrase|credentials?|private[-_]?key"
                + "|authorization|cookie|signature)[\"']?\\s*[:=]\\s*)"
                + "(?:\"(?:[^\"\\\\]|\\\\.)*\"?|'[^']*'?|[^\\s\"'&,;}]{4,})",
            "$1\(mark)"
        ),
    ].compactMap { $0 }
}
